import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRows, type Rows } from "@/tests/isolation/inputs";
import { holdfast } from "@/tests/support/command";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { sealEverything, verdictOf } from "@/tests/support/seals";

const NAME = "Zerlina Quibble";
const WORDS = "xylophone";

let house: House;
let person: Person;
let colleague: Person;
/** A workspace of the colleague's, with content of the person's. */
let team: Rows;
/** A workspace that nobody but the person is in. */
let alone: string;

beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 3_600_000 });
  [person, colleague] = [await house.person(), await house.person()];
  const { id } = await colleague.in().workspace.create({ name: "Team" });
  await house.join(person, id, "member");
  team = await addRows(house, person, id, "of the team");
  await house.admin`
    delete from member where organization_id = ${id} and role = 'owner' and user_id <> ${colleague.userId}`;
  await addRows(house, person, person.workspaceId, WORDS);
  alone = (await person.in().workspace.create({ name: "Alone" })).id;
  await person.in().profile.update({ name: NAME });
  const key = { "idempotency-key": "once", "x-workspace-id": person.workspaceId };
  await house.call(person, "task.create", { title: WORDS }, key);
  await house.admin`insert into account (id, account_id, provider_id, user_id, password)
    values (${v7()}, ${person.userId}, 'credential', ${person.userId}, 'a hash')`;
  await house.admin`insert into verification (id, identifier, value, expires_at)
    values (${v7()}, ${`verify-${person.email}`}, 'x', now()), (${v7()}, 'reset-password:x', ${person.userId}, now())`;
  await house.admin`insert into invitation (id, organization_id, email, expires_at, inviter_id, token_digest)
    values (${v7()}, ${team.workspace}, ${person.email}, now(), ${colleague.userId}, ${"e".repeat(43)})`;
  await sealEverything(house);
});
afterAll(() => house.close());

const erase = (id: string, args: string[] = ["--confirm"]) =>
  holdfast(house, ["user", "erase", id, ...args], { DATABASE_DIRECT_URL: house.database.adminUrl });

/** Tables with a row that holds the text anywhere. */
async function holding(text: string): Promise<string[]> {
  const tables = await house.admin<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    order by relname`;
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await house.admin`
      select 1 from ${house.admin(name)} as t where strpos(lower(t::text), ${text.toLowerCase()}) > 0 limit 1`;
    if (rows.length > 0) found.push(name);
  }
  return found;
}
const details = async (id: string) =>
  (
    await house.admin`select count(*)::int from audit_detail d join audit_event e on e.id = d.event_id
      where e.actor_id = ${id} or e.resource_id = ${id}`
  )[0]?.count as number;

describe("holdfast user erase", () => {
  it("does nothing before somebody is sure", async () => {
    const { code, stderr } = await erase(person.userId, []);
    expect([code, stderr]).toEqual([1, expect.stringContaining("can not be undone")]);
    expect((await erase("everybody")).stderr).toContain("usage: holdfast user erase");
    expect((await erase(v7())).stderr).toContain("there is no person");
    expect(await holding(NAME)).toEqual(["audit_detail", "user"]);
  });

  it("refuses to leave others in a workspace without an owner", async () => {
    const { code, stderr } = await erase(colleague.userId);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/only owner of workspace [0-9a-f-]{36}, which has other members/),
    ]);
    expect((await colleague.in().profile.get()).email).toBe(colleague.email);
  });

  it("leaves no name, no address, no credential and nothing of the personal workspace", async () => {
    expect(await holding(person.email)).toEqual(["invitation", "user", "verification"]);
    expect(await holding(WORDS)).not.toEqual([]);
    expect(await details(person.userId)).toBeGreaterThan(5);
    const others = await details(colleague.userId);
    const { code, stdout, stderr } = await erase(person.userId);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      new RegExp(`^${person.userId} is erased, with \\d+ details of the audit trail\n$`),
    );
    for (const text of [NAME, person.email, WORDS]) expect([text, await holding(text)]).toEqual([text, []]);
    expect(await details(person.userId)).toBe(0);
    expect(await details(colleague.userId)).toBe(others);
  });

  it("leaves the id where others' work refers to it, and nowhere else", async () => {
    expect(await holding(person.userId)).toEqual([
      "alert",
      "audit_event",
      "document",
      "document_version",
      "project",
      // It belongs to the workspace and outlives whoever made it.
      "service_account",
      "task",
      // Gone with the hour for which changes are kept.
      "task_change",
      "user",
    ]);
    const api = colleague.in(team.workspace);
    expect(await api.task.get({ id: team.task })).toMatchObject({ ownerId: person.userId, assigneeId: null });
    expect((await api.document.get({ id: team.document })).body).toBe("of the team");
    const left = await house.admin`select id from organization where id in (${alone}, ${person.workspaceId})`;
    expect(left).toHaveLength(0);
    const [row] = await house.admin`select * from "user" where id = ${person.userId}`;
    expect(row).toMatchObject({
      name: "Erased person",
      email: `${person.userId}@erased.invalid`,
      banned: true,
    });
  });

  it("ends their sessions at once", async () => {
    expect((await house.call(person, "me.get")).status).toBe(401);
  });

  it("writes down that it was done, and the chain stays whole", async () => {
    const [record] = await house.admin`select * from audit_event where action = 'user_erased'`;
    expect(record).toMatchObject({ actor_kind: "system", resource_id: person.userId, outcome: "success" });
    expect(await verdictOf(house)).toMatchObject({ whole: true });
    await sealEverything(house);
    expect(await verdictOf(house)).toMatchObject({ whole: true, unsealed: 0 });
  });

  it("excuses no other detail that is gone, and nothing once its record is", async () => {
    const fault = async () => (await verdictOf(house)).fault;
    await house.admin`create table kept_details as table audit_detail`;
    await house.admin`delete from audit_detail`;
    expect(await fault()).toMatchObject({ what: "detail", how: "missing" });
    await house.admin`insert into audit_detail select * from kept_details`;
    expect(await fault()).toBeUndefined();
    await house.admin`update audit_event set resource_id = ${colleague.userId} where action = 'user_erased'`;
    expect(await fault()).toMatchObject({ what: "detail", how: "missing" });
    await house.admin`update audit_event set resource_id = ${person.userId} where action = 'user_erased'`;
    expect(await fault()).toBeUndefined();
  });
});
