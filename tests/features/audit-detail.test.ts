import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { digestOfDetail } from "@/server/guard/change";
import { addRows, CASES, goodInput, type Rows } from "@/tests/isolation/inputs";
import { dataOf } from "@/tests/support/answers";
import { type House, openHouse, type Person, procedureType } from "@/tests/support/house";
import { WRITTEN } from "@/tests/support/written";

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

/** Instead of the usual input, which is a page of an export that holds nothing. */
const FIRST_PAGE: Record<string, unknown> = { "securityEvent.export": { format: "csv" } };

describe.each(Object.entries(WRITTEN))("%s", (path, change) => {
  it("writes down what it changed, under a salt of its own, and its row holds the digest", async () => {
    const usual = await goodInput(house, person, rows, path);
    dataOf(await call(path, FIRST_PAGE[path] ?? usual));
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
