import postgres from "postgres";
import { v4 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { addRows, CASES, fingerprint, goodInput, isForAdmins, type Rows } from "@/tests/isolation/inputs";
import { dataOf, FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse, type Person, procedureType } from "@/tests/support/house";
import { auditRows } from "@/tests/support/team";

/** What each mutation writes down, by hand: the kind of resource, and which row of the input it is about. */
const WRITTEN: Record<string, [kind: string, row: keyof Rows | "new" | "none"]> = {
  "profile.update": ["profile", "user"],
  "workspace.create": ["workspace", "new"],
  "workspace.update": ["workspace", "workspace"],
  "workspace.delete": ["workspace", "workspace"],
  "project.create": ["project", "new"],
  "project.update": ["project", "project"],
  "project.archive": ["project", "project"],
  "project.delete": ["project", "project"],
  "task.create": ["task", "new"],
  "task.update": ["task", "task"],
  "task.move": ["task", "task"],
  "task.assign": ["task", "task"],
  "task.delete": ["task", "task"],
  "document.create": ["document", "new"],
  "document.update": ["document", "document"],
  "document.restore": ["document", "document"],
  "document.delete": ["document", "document"],
  "alert.acknowledge": ["alert", "alert"],
  "alert.resolve": ["alert", "alert"],
  "securityEvent.export": ["securityEvent", "none"],
  "securityEvent.verify": ["securityEvent", "none"],
  "user.claimFirstAdmin": ["user", "user"],
  "workspace.setSecondFactor": ["workspace", "workspace"],
  "apiKey.create": ["apiKey", "new"],
  "apiKey.rotate": ["apiKey", "new"],
  "apiKey.revoke": ["apiKey", "apiKey"],
  "serviceAccount.create": ["serviceAccount", "new"],
  "serviceAccount.delete": ["serviceAccount", "serviceAccount"],
  "session.revoke": ["session", "session"],
  "session.revokeOthers": ["session", "none"],
  "user.setRole": ["user", "outsider"],
  "user.ban": ["user", "outsider"],
  "user.unban": ["user", "outsider"],
  "user.revokeSessions": ["user", "outsider"],
  "member.invite": ["invitation", "new"],
  "member.setRole": ["member", "member"],
  "member.remove": ["member", "member"],
  "member.leave": ["member", "new"],
  "member.transferOwnership": ["member", "member"],
  "invitation.accept": ["invitation", "new"],
  "invitation.decline": ["invitation", "new"],
  "invitation.revoke": ["invitation", "invitation"],
};
const MUTATIONS = Object.keys(CASES).filter((path) => procedureType(path) === "mutation");

let house: House;
let person: Person;
let rows: Rows;
beforeAll(async () => {
  house = await openHouse();
});
beforeEach(async () => {
  person = await house.person();
  const { id } = await person.in().workspace.create({ name: "Written down" });
  rows = await addRows(house, person, id, "audit");
  // The link lives until there is an admin; each case starts without one.
  await house.admin`update "user" set role = 'user' where role = 'admin'`;
});
afterAll(() => house.close());

const call = async (path: string, headers = {}) =>
  house.call(person, path, await goodInput(house, person, rows, path), {
    "x-workspace-id": rows.workspace,
    ...headers,
  });
const state = async () => [
  await fingerprint(house, rows.workspace),
  await auditRows(house),
  await house.admin`select count(*)::int from organization`,
  await house.admin`select count(acknowledged_at)::int, count(resolved_at)::int as resolved from alert`,
];

it("every mutation has its line in the table above", () => {
  expect(Object.keys(WRITTEN).sort()).toEqual(MUTATIONS.sort());
});

describe.each(Object.entries(WRITTEN))("%s", (path, [kind, row]) => {
  it("leaves exactly one row, that says who, what, on what and from where", async () => {
    const before = await auditRows(house);
    const answer = await call(path, { [CLIENT_ADDRESS_HEADER]: "203.0.113.77" });
    const { id } = dataOf(answer);
    expect((await auditRows(house)) - before).toBe(1);
    const [event] =
      await house.admin`select * from audit_event where outcome = 'success' and action like '%.%' order by xid desc, id desc limit 1`;
    expect(event).toMatchObject({
      workspace_id: rows.workspace,
      actor_kind: "user",
      actor_id: person.userId,
      action: path,
      resource_kind: kind,
      resource_id: { ...rows, new: id, none: null }[row],
      outcome: "success",
      address_prefix: "203.0.113.0/24",
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("leaves none when it is refused", async () => {
    const input = await goodInput(house, person, rows, path);
    const before = await state();
    const stranger = await house.person();
    const added = (await state())[1] as number;
    const foreign = await house.call(stranger, path, input, { "x-workspace-id": rows.workspace });
    expect(foreign.text).toBe(FORBIDDEN);
    expect((await call(path, { cookie: "" })).status).toBe(401);
    expect((await house.call(person, path, { ...input, surplus: 1 })).status).toBe(400);
    expect((await state())[0]).toBe(before[0]);
    expect((await state())[1]).toBe(added);
  });
});

const FAILURES: [how: string, status: number, take: string, giveBack: string][] = [
  [
    "a check refuses it",
    503,
    "alter table audit_event add constraint never check (action not like '%.%') not valid",
    "alter table audit_event drop constraint never",
  ],
  [
    "the right to append is gone",
    503,
    "revoke insert on audit_event from holdfast_tenant, holdfast_identity, holdfast_security",
    "grant insert on audit_event to holdfast_tenant, holdfast_identity, holdfast_security",
  ],
  [
    "its key is taken",
    503,
    `create function never() returns trigger language plpgsql as $$ begin raise unique_violation; end $$;
     create trigger never before insert on audit_event for each row execute function never()`,
    "drop function never cascade",
  ],
  [
    "it fails at the commit only",
    500,
    `create function never() returns trigger language plpgsql as $$ begin raise 'secret detail %', new.id; end $$;
     create constraint trigger never after insert on audit_event deferrable initially deferred for each row execute function never()`,
    "drop function never cascade",
  ],
];

describe.each(FAILURES)("when the row can not be appended because %s", (_, status, take, giveBack) => {
  it.each(MUTATIONS)("%s does not happen either", async (path) => {
    const input = await goodInput(house, person, rows, path);
    const before = await state();
    await house.admin.unsafe(take);
    const answer = await house.call(person, path, input, { "x-workspace-id": rows.workspace });
    await house.admin.unsafe(giveBack);
    // What the caller sent is not at fault, and does not look as if it were.
    expect(answer.status, answer.text).toBe(status);
    expect(answer.text).not.toMatch(/audit|never|secret|insert|policy|constraint/i);
    expect(await state()).toEqual(before);
    const isAdmin = await house.admin`select 1 from "user" where role = 'admin'`;
    expect(isAdmin).toHaveLength(isForAdmins(path) ? 1 : 0);
  });
});

describe("the address", () => {
  it.each([
    ["203.0.113.77", "203.0.113.0/24"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
    ["::1", "::/48"],
    ["no address", null],
    ["", null],
  ])("%s is kept as %s", async (address, prefix) => {
    await house.call(
      person,
      "task.create",
      { title: "From somewhere" },
      { [CLIENT_ADDRESS_HEADER]: address },
    );
    const [event] =
      await house.admin`select address_prefix from audit_event where outcome = 'success' order by xid desc, id desc limit 1`;
    expect(event?.address_prefix).toBe(prefix);
  });
});

const ROLES = ["holdfast_tenant", "holdfast_identity", "holdfast_security", "holdfast_auth"] as const;

describe.each(ROLES)("the role %s", (role) => {
  let login: postgres.Sql;
  beforeAll(() => {
    const url = role === "holdfast_auth" ? house.database.authUrl : house.database.appUrl;
    login = postgres(url, { max: 1, onnotice: () => {} });
  });
  afterAll(() => login.end({ timeout: 5 }));

  /** As the role, on behalf of the person in the workspace; what the statement answers, undone. */
  const attempt = (statement: (sql: postgres.TransactionSql) => Promise<unknown>) =>
    login
      .begin(async (sql) => {
        await sql`select set_config('role', ${role}, true), set_config('app.workspace_id', ${rows.workspace}, true),
          set_config('app.user_id', ${person.userId}, true), set_config('app.reach', 'any', true)`;
        await statement(sql);
        throw Object.assign(new Error("undone"), { code: "done, and undone" });
      })
      .catch((error: { code: string }) => error.code);
  const append = (actorId: string, workspaceId: string | null) =>
    attempt(
      (
        sql,
      ) => sql`insert into audit_event (id, workspace_id, actor_kind, actor_id, action, resource_kind, outcome)
        values (${v4()}, ${workspaceId}, 'user', ${actorId}, 'task.update', 'task', 'success')`,
    );

  it.each(["update audit_event set action = 'x'", "delete from audit_event", "truncate audit_event"])(
    "may not %s",
    async (statement) => {
      expect(await attempt((sql) => sql.unsafe(statement))).toBe("42501");
    },
  );

  it("appends as the caller, in the caller's workspace, and as nobody else", async () => {
    const stranger = await house.person();
    const isAuth = role === "holdfast_auth";
    expect(await append(person.userId, null)).toBe("done, and undone");
    expect(await append(person.userId, rows.workspace)).toBe(isAuth ? "42501" : "done, and undone");
    expect(await append(person.userId, stranger.workspaceId)).toBe("42501");
    // Better Auth's login writes down sign-ups, before which there is no caller.
    if (!isAuth) expect(await append(stranger.userId, rows.workspace)).toBe("42501");
  });
});
