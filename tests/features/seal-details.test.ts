import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { digestOfDetail } from "@/server/guard/change";
import { type House, openHouse } from "@/tests/support/house";
import { sealEverything, verdictOf } from "@/tests/support/seals";

let house: House;
/** An event with a detail, in seal 2; and one without any. */
let event: string;
let bare: string;

beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 3_600_000 });
  const person = await house.person();
  for (let title = 0; title < 8; title++) await person.in().task.create({ title: `Task ${title}` });
  await sealEverything(house, 4);
  const [found] = await house.admin<{ id: string }[]>`
    select event_id as id from audit_detail where event_id in (select unnest(row_ids) from audit_seal where number = 2)`;
  const [without] = await house.admin<{ id: string }[]>`
    select id from audit_event where detail_digest is null limit 1`;
  event = found?.id ?? "";
  bare = without?.id ?? "";
  // Whoever is superuser is not held by constraints either.
  await house.admin.unsafe(`
    alter table audit_detail drop constraint audit_detail_event_fk;
    create table kept_events as table audit_event; create table kept_details as table audit_detail`);
});
afterEach(async () => {
  await house.admin.unsafe(`truncate audit_event, audit_detail;
    insert into audit_event select * from kept_events; insert into audit_detail select * from kept_details`);
  expect(await verdictOf(house)).toMatchObject({ whole: true, unsealed: 0 });
});
afterAll(() => house.close());

const found = async (statement: string) => {
  await house.admin.unsafe(statement);
  return (await verdictOf(house)).fault;
};

describe("a superuser who", () => {
  it.each([
    [
      "alters the facts of a detail",
      () => `update audit_detail set facts = '{}' where event_id = '${event}'`,
    ],
    ["alters the salt of a detail", () => `update audit_detail set salt = 'x' where event_id = '${event}'`],
    [
      "gives an event the detail of another",
      () => `update audit_detail d set salt = o.salt, facts = o.facts from kept_details o
        where d.event_id = '${event}' and o.event_id <> '${event}'`,
    ],
  ])("%s is found, and the event is named", async (_, statement) => {
    const fault = await found(statement());
    expect(fault).toMatchObject({ what: "detail", how: "altered", id: event, seal: 2 });
    expect(fault?.line).toContain(`the detail of audit row ${event}, in seal 2`);
  });

  it("takes a detail out is found", async () => {
    expect(await found(`delete from audit_detail where event_id = '${event}'`)).toMatchObject({
      what: "detail",
      how: "missing",
      id: event,
    });
  });

  it("puts a detail in for an event that had none is found", async () => {
    expect(await found(`insert into audit_detail values ('${bare}', '1', 's', '{}')`)).toMatchObject({
      what: "detail",
      how: "extra",
      id: bare,
    });
  });

  it("alters a detail and its digest is found", async () => {
    const detail = { salt: "another", facts: '{"before":null,"after":null}' };
    const fault = await found(`
      update audit_detail set salt = '${detail.salt}', facts = '${detail.facts}' where event_id = '${event}';
      update audit_event set detail_digest = '${digestOfDetail(detail)}' where id = '${event}'`);
    expect(fault).toMatchObject({ what: "row", how: "altered", id: event });
  });

  it.each([
    ["says that the person was erased, without the key", `signed 1 ${"A".repeat(43)}`],
    ["says so with no signature at all", ""],
  ])("takes details out and %s is found", async (_, reason) => {
    const fault = await found(`
      insert into audit_event (id, actor_kind, action, resource_kind, resource_id, outcome, reason)
        select gen_random_uuid(), 'system', 'user_erased', 'user', actor_id, 'success', '${reason}'
        from audit_event where id = '${event}';
      delete from audit_detail`);
    expect(fault).toMatchObject({ what: "detail", how: "missing" });
  });
});

it("shows security staff what changed, and nobody else", async () => {
  const auditor = await house.person({ role: "auditor" });
  const person = await house.person();
  const task = await person.in().task.create({ title: "Pay the xylophone" });
  await person.in().task.update({ id: task.id, status: "done", title: "Paid the xylophone" });
  const { items } = await auditor.in().securityEvent.list({ limit: 1 });
  expect(items[0]).toMatchObject({
    action: "task.update",
    changes: ["status", "title", "version"],
    detail: {
      before: { status: "todo", title: { length: 17 }, version: 1 },
      after: { status: "done", title: { length: 18 }, version: 2 },
    },
  });
  const [own] = (await person.in().securityEvent.mine({ limit: 1 })).items;
  expect(Object.keys(own ?? {}).sort()).toEqual(
    "action actorId actorKind addressPrefix at count id keyId outcome reason requestId resourceId resourceKind target workspaceId".split(
      " ",
    ),
  );
  await expect(person.in().securityEvent.list()).rejects.toThrow("You may not do this");
});
