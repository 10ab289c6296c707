import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { digestOfDetail } from "@/server/guard/change";
import { addRows, CASES, goodInput, type Rows } from "@/tests/isolation/inputs";
import { dataOf } from "@/tests/support/answers";
import { type House, openHouse, type Person, procedureType } from "@/tests/support/house";

const INSTANT = expect.stringMatching(/^\d{4}-.*Z$/);

/** What each mutation writes down of itself when it is called as tests/isolation/inputs.ts says, by hand. */
const WRITTEN: Record<string, { before: unknown; after: unknown }> = {
  "alert.acknowledge": { before: { acknowledged: false }, after: { acknowledged: true } },
  "alert.resolve": { before: { resolved: false }, after: { resolved: true } },
  "profile.update": { before: { name: "Person detail" }, after: { name: "Renamed" } },
  "workspace.create": { before: null, after: { name: { length: 7 } } },
  "workspace.update": { before: { name: { length: 12 } }, after: { name: { length: 7 } } },
  "workspace.delete": { before: { name: { length: 12 } }, after: null },
  "project.create": {
    before: null,
    after: {
      name: { length: 3 },
      description: { length: 0 },
      ownerId: "user",
      archivedAt: null,
      version: 1,
    },
  },
  "project.update": {
    before: { name: { length: 14 }, version: 1 },
    after: { name: { length: 7 }, version: 2 },
  },
  "project.archive": {
    before: { archivedAt: null, version: 1 },
    after: { archivedAt: expect.stringMatching(/^\d{4}-.*Z$/), version: 2 },
  },
  "project.delete": {
    before: {
      name: { length: 14 },
      description: { length: 6 },
      ownerId: "user",
      archivedAt: null,
      version: 1,
    },
    after: null,
  },
  "task.create": {
    before: null,
    after: {
      title: { length: 3 },
      description: { length: 0 },
      ownerId: "user",
      projectId: "project",
      assigneeId: "user",
      status: "todo",
      priority: "normal",
      dueAt: null,
      position: expect.stringMatching(/^a0/),
      version: 1,
    },
  },
  "task.update": {
    before: { title: { length: 11 }, version: 1 },
    after: { title: { length: 7 }, version: 2 },
  },
  "task.move": { before: { status: "todo", version: 1 }, after: { status: "done", version: 2 } },
  "task.assign": { before: { version: 1 }, after: { version: 2 } },
  "task.delete": {
    before: {
      title: { length: 11 },
      description: { length: 6 },
      ownerId: "user",
      projectId: "project",
      assigneeId: "user",
      status: "todo",
      priority: "normal",
      dueAt: null,
      position: expect.stringMatching(/^a0/),
      version: 1,
    },
    after: null,
  },
  "document.create": {
    before: null,
    after: { title: { length: 3 }, body: { length: 0 }, ownerId: "user", projectId: "project", version: 1 },
  },
  "document.update": {
    before: { body: { length: 6 }, version: 1 },
    after: { body: { length: 7 }, version: 2 },
  },
  "document.restore": { before: { version: 1 }, after: { version: 2 } },
  "document.delete": {
    before: {
      title: { length: 15 },
      body: { length: 6 },
      ownerId: "user",
      projectId: "project",
      version: 1,
    },
    after: null,
  },
  "securityEvent.export": {
    before: null,
    after: {
      format: "csv",
      after: null,
      before: null,
      cursor: null,
      rows: expect.any(Number),
      newest: expect.stringMatching(/^[0-9a-f-]{36}$/),
      oldest: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  },
  "securityEvent.verify": {
    before: null,
    after: { from: 1, whole: true, rows: expect.any(Number), seals: expect.any(Number), fault: null },
  },
  "user.claimFirstAdmin": { before: { role: "user" }, after: { role: "admin" } },
  "user.setRole": { before: { role: "user" }, after: { role: "auditor" } },
  "user.ban": { before: { banned: false, reason: null }, after: { banned: true, reason: { length: 4 } } },
  "user.unban": { before: {}, after: {} },
  "user.revokeSessions": { before: { sessions: 1 }, after: { sessions: 0 } },
  "member.invite": { before: null, after: { role: "admin" } },
  "member.setRole": { before: { role: "viewer" }, after: { role: "admin" } },
  "member.remove": { before: { person: expect.any(String), role: "viewer" }, after: null },
  "member.leave": { before: { person: "user", role: "owner" }, after: null },
  "member.transferOwnership": {
    before: { owner: "user", role: "viewer" },
    after: { owner: expect.any(String), role: "owner" },
  },
  "invitation.accept": {
    before: { status: "pending", workspace: null, membership: null, role: null },
    after: {
      status: "accepted",
      workspace: expect.any(String),
      membership: expect.any(String),
      role: "member",
    },
  },
  "invitation.decline": { before: { status: "pending" }, after: { status: "declined" } },
  "invitation.revoke": { before: { status: "pending" }, after: { status: "revoked" } },
  "workspace.setSecondFactor": { before: null, after: { requireSecondFactor: false } },
  "apiKey.create": {
    before: null,
    after: { name: { length: 3 }, scopes: "", expiresAt: INSTANT, serviceAccountId: null },
  },
  "apiKey.rotate": {
    before: null,
    after: {
      name: { length: 10 },
      scopes: "",
      expiresAt: INSTANT,
      serviceAccountId: null,
      replaces: "apiKey",
      overlapEndsAt: INSTANT,
    },
  },
  "apiKey.revoke": { before: { revoked: false }, after: { revoked: true } },
  "serviceAccount.create": {
    before: null,
    after: { name: { length: 3 }, scopes: "", certificate: null },
  },
  "serviceAccount.delete": {
    before: { name: { length: 14 }, scopes: "", certificate: null },
    after: null,
  },
  "session.revoke": { before: { createdAt: INSTANT }, after: null },
  "session.revokeOthers": { before: { others: 1 }, after: { others: 0 } },
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
  rows = await addRows(house, person, id, "detail");
  await house.admin`update "user" set role = 'user' where role = 'admin'`;
});
afterAll(() => house.close());

interface Detail {
  id: string;
  digest: string | null;
  salt: string | null;
  facts: string | null;
}

const newest = async () => {
  const [row] = await house.admin<Detail[]>`
    select e.id, detail_digest as digest, salt, facts from audit_event e left join audit_detail d on d.event_id = e.id
    where e.action like '%.%' order by e.xid desc, e.id desc limit 1`;
  return row as Detail;
};
const call = async (path: string, input?: unknown) =>
  house.call(person, path, input ?? (await goodInput(house, person, rows, path)), {
    "x-workspace-id": rows.workspace,
  });
/** Ids by the name that the table above gives them. */
const named = (facts: string) =>
  JSON.parse(
    Object.entries(rows).reduce((text, [name, id]) => text.replaceAll(`"${id}"`, `"${name}"`), facts),
  );

it("every mutation has its line in the table above", () => {
  expect(Object.keys(WRITTEN).sort()).toEqual(MUTATIONS.sort());
});

describe.each(Object.entries(WRITTEN))("%s", (path, change) => {
  it("writes down what it changed, under a salt of its own, and its row holds the digest", async () => {
    dataOf(await call(path));
    const { digest, salt, facts } = await newest();
    expect(named(facts ?? "")).toEqual(change);
    expect(salt).toMatch(/^[\w-]{22}$/);
    expect(digest).toBe(digestOfDetail({ salt: salt ?? "", facts: facts ?? "" }));
  });

  it("does not happen when its detail can not be written down", async () => {
    const count = async () =>
      house.admin`select (select count(*) from audit_event)::int, (select count(*) from audit_detail)::int as details,
        (select md5(string_agg(t::text, ',' order by id)) from task t) as tasks`;
    // First: to have a good input, some rows are made.
    const input = await goodInput(house, person, rows, path);
    const before = await count();
    await house.admin`revoke insert on audit_detail from holdfast_tenant, holdfast_identity, holdfast_security`;
    const answer = await call(path, input);
    await house.admin`grant insert on audit_detail to holdfast_tenant, holdfast_identity, holdfast_security`;
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await count()).toEqual(before);
  });
});

it("tells what was before as the row was when it was locked, whoever else writes", async () => {
  const api = person.in(rows.workspace);
  const writes = Array.from({ length: 12 }, (_, n) =>
    api.task.update({ id: rows.task, priority: n % 2 ? "high" : "low" }),
  );
  await Promise.all(writes);
  const details = await house.admin<{ facts: string }[]>`
    select facts from audit_detail d join audit_event e on e.id = d.event_id
    where e.action = 'task.update' and e.resource_id = ${rows.task}`;
  const steps = details.map(({ facts }) => JSON.parse(facts));
  const versions = steps.map(({ before, after }) => [before.version, after.version]);
  expect(versions.sort(([a], [b]) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => [n + 1, n + 2]));
});

it("holds no word that people wrote, and no secret", async () => {
  for (const path of MUTATIONS) {
    await call(path);
    const { id } = await person.in().workspace.create({ name: "Written down" });
    rows = await addRows(house, person, id, "xylophone");
  }
  const kept = await house.admin`
    select 1 from audit_detail where facts ~ 'xylophone' and event_id not in (select id from audit_event where action = 'profile.update')`;
  expect(kept).toHaveLength(0);
});
