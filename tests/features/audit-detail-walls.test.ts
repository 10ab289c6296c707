import { afterAll, beforeAll, expect, it } from "vitest";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let person: Person;
/** An event that has a detail. */
let event: { id: string; xid: string };
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
  await person.in().task.create({ title: "Written down" });
  const [found] = await house.admin<
    { id: string; xid: string }[]
  >`select event_id as id, xid::text from audit_detail`;
  event = found ?? { id: "", xid: "" };
});
afterAll(() => house.close());

/** As the role, on behalf of the person, with the widest reach there is; undone. */
const asRole = (role: string, statement: string) =>
  house.admin
    .begin(async (sql) => {
      await sql`select set_config('role', ${role}, true), set_config('app.reach', 'any', true),
        set_config('app.user_id', ${person.userId}, true), set_config('app.workspace_id', ${person.workspaceId}, true)`;
      await sql.unsafe(statement);
      throw Object.assign(new Error("undone"), { code: "done, and undone" });
    })
    .catch((error: { code: string }) => error.code);
const ROLES = ["holdfast_tenant", "holdfast_identity", "holdfast_security"];

it.each([...ROLES, "holdfast_auth"])("%s may neither change a detail nor take it out", async (role) => {
  for (const statement of [
    "update audit_detail set facts = '{}'",
    "delete from audit_detail",
    "truncate audit_detail",
  ])
    expect([statement, await asRole(role, statement)]).toEqual([statement, "42501"]);
});

it.each(ROLES)("%s appends a detail to an event of the same transaction, and to no other", async (role) => {
  await house.admin`create table kept_details as table audit_detail`;
  await house.admin`delete from audit_detail`;
  const id = "019aa000-0000-7000-8000-000000000001";
  const own = `insert into audit_event (id, actor_kind, actor_id, action, resource_kind, outcome)
    values ('${id}', 'user', '${person.userId}', 'task.update', 'task', 'success')`;
  const detail = (of: string) =>
    `insert into audit_detail (event_id, salt, facts) values ('${of}', 's', '{}')`;
  expect(await asRole(role, `${own}; ${detail(id)}`)).toBe("done, and undone");
  expect(await asRole(role, detail(event.id))).toBe("23503");
  const ofThatOne = `insert into audit_detail values ('${event.id}', '${event.xid}', 's', '{}')`;
  expect(await asRole(role, ofThatOne)).toBe("42501");
  await house.admin`insert into audit_detail select * from kept_details`;
  await house.admin`drop table kept_details`;
});

it("is read by security staff only", async () => {
  for (const role of ["holdfast_tenant", "holdfast_identity", "holdfast_auth"])
    expect(await asRole(role, "select 1 from audit_detail")).toBe("42501");
  const readAs = (reach: string) =>
    house.admin.begin(async (sql) => {
      await sql`select set_config('role', 'holdfast_security', true), set_config('app.reach', ${reach}, true),
        set_config('app.user_id', ${person.userId}, true)`;
      return sql`select event_id as id from audit_detail`;
    });
  expect(await readAs("own")).toHaveLength(0);
  expect(await readAs("any")).toEqual([{ id: event.id }]);
});
