import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type House, openHouse } from "@/tests/support/house";
import { append, sealEverything, verdictOf } from "@/tests/support/seals";

interface SealRow {
  number: number;
  rows: string[];
}

let house: House;
/** What was announced, as the file of heads would hold it. */
const heads = new Map<number, string>();
/** Seal 2, in the middle, of which each test takes a row; and the last one. */
let middle: SealRow;
let row: string;
let other: string;
let last: SealRow;

beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 3_600_000 });
  const person = await house.person();
  for (let title = 0; title < 14; title++) await person.in().task.create({ title: `Task ${title}` });
  for (const { number, hmac } of await sealEverything(house, 4)) heads.set(number, hmac);
  const seals = await house.admin<SealRow[]>`
    select number::int, row_ids as rows from audit_seal order by audit_seal.number`;
  middle = seals[1] as SealRow;
  last = seals.at(-1) as SealRow;
  row = middle.rows[1] ?? "";
  other = middle.rows[2] ?? "";
  expect(last.number).toBeGreaterThan(3);
  // Whoever is superuser is not held by constraints either.
  await house.admin.unsafe(`
    alter table audit_detail drop constraint audit_detail_event_fk;
    drop index audit_event_order;
    alter table audit_event drop constraint audit_event_outcome_known, drop constraint audit_event_actor_known;
    alter table audit_event drop constraint audit_event_pkey;
    alter table audit_seal drop constraint audit_seal_pkey;
    create table kept_events as table audit_event; create table kept_seals as table audit_seal`);
});
afterEach(async () => {
  await house.admin.unsafe(`
    truncate audit_event, audit_seal;
    insert into audit_event select * from kept_events; insert into audit_seal select * from kept_seals`);
  expect(await verdictOf(house, house.runtime, heads)).toMatchObject({ whole: true, unsealed: 0 });
});
afterAll(() => house.close());

const tamper = (statement: string) => house.admin.unsafe(statement);
const fault = async (announced: ReadonlyMap<number, string> = new Map()) =>
  (await verdictOf(house, house.runtime, announced)).fault;
/** Something else of the same type. */
const OTHERWISE: Record<string, (column: string) => string> = {
  uuid: () => "gen_random_uuid()",
  text: (column) => `coalesce(${column}, '') || 'x'`,
  integer: (column) => `${column} + 1`,
  bigint: (column) => `${column} + 1000`,
  xid8: (column) => `(${column}::text::bigint + 1)::text::xid8`,
  "timestamp with time zone": (column) => `${column} + interval '1 microsecond'`,
  ARRAY: (column) => `${column}[2:2] || ${column}[1:1] || ${column}[3:]`,
};
const columnsOf = (table: string) => house.admin<{ name: string; type: string }[]>`
  select column_name as name, data_type as type from information_schema.columns
  where table_schema = 'public' and table_name = ${table} order by ordinal_position`;

describe("a superuser who", () => {
  it("alters any column of a row is found, and the row is named", async () => {
    const columns = await columnsOf("audit_event");
    expect(columns.length).toBeGreaterThan(13);
    for (const { name, type } of columns) {
      const value = OTHERWISE[type]?.(name);
      await tamper(`update audit_event set ${name} = ${value} where id = '${row}'`);
      const found = await fault();
      expect([name, found]).toEqual([
        name,
        expect.objectContaining({
          what: "row",
          id: row,
          seal: 2,
          how: name === "id" ? "missing" : "altered",
        }),
      ]);
      expect(found?.line).toContain(row);
      await tamper("truncate audit_event; insert into audit_event select * from kept_events");
    }
  });

  it("empties any column of a row is found", async () => {
    const [before] = await house.admin`select * from audit_event where id = ${row}`;
    const filled = Object.keys(before ?? {}).filter((name) => before?.[name] !== null);
    expect(filled).toContain("request_id");
    for (const name of filled.filter((column) => column !== "id" && column !== "xid")) {
      await tamper(`alter table audit_event alter ${name} drop not null`);
      await tamper(`update audit_event set ${name} = null where id = '${row}'`);
      expect([name, await fault()]).toEqual([name, expect.objectContaining({ id: row, how: "altered" })]);
      await tamper("truncate audit_event; insert into audit_event select * from kept_events");
    }
  });

  it("alters any column of a seal is found, and the seal is named", async () => {
    for (const { name, type } of await columnsOf("audit_seal")) {
      await tamper(`update audit_seal set ${name} = ${OTHERWISE[type]?.(name)} where number = 2`);
      const how = { number: "missing", key_version: "unreadable" }[name] ?? "altered";
      expect([name, await fault()]).toEqual([name, expect.objectContaining({ what: "seal", seal: 2, how })]);
      await tamper("truncate audit_seal; insert into audit_seal select * from kept_seals");
    }
  });

  const deeds: [deed: string, statement: () => string, found: () => object][] = [
    [
      "deletes a row",
      () => `delete from audit_event where id = '${row}'`,
      () => ({ what: "row", how: "missing", id: row, seal: 2 }),
    ],
    [
      "deletes a seal",
      () => "delete from audit_seal where number = 2",
      () => ({ what: "seal", how: "missing", seal: 2 }),
    ],
    [
      "deletes the first seal",
      () => "delete from audit_seal where number = 1",
      () => ({ what: "seal", how: "missing", seal: 1 }),
    ],
    [
      "deletes a seal and all its rows",
      () => `delete from audit_event where id in (select unnest(row_ids) from audit_seal where number = 2);
        delete from audit_seal where number = 2`,
      () => ({ what: "seal", how: "missing", seal: 2 }),
    ],
    [
      "closes the gap by numbering the later seals anew",
      () =>
        "delete from audit_seal where number = 2; update audit_seal set number = number - 1 where number > 2",
      () => ({ what: "seal", how: "altered", seal: 2 }),
    ],
    [
      "swaps the ids of two rows",
      () =>
        `update audit_event set id = case id when '${row}' then '${other}' else '${row}' end::uuid where id in ('${row}', '${other}')`,
      () => ({ what: "row", how: "altered", id: row, seal: 2 }),
    ],
    [
      "swaps the places of two rows",
      () => `update audit_event a set xid = b.xid from kept_events b
        where (a.id, b.id) in (('${row}', '${other}'), ('${other}', '${row}'))`,
      () => ({ what: "row", how: "altered", id: row, seal: 2 }),
    ],
    [
      "moves a row to the end",
      () => `update audit_event set xid = '9000000000' where id = '${row}'`,
      () => ({ what: "row", how: "altered", id: row, seal: 2 }),
    ],
    [
      "swaps two seals",
      () => "update audit_seal set number = 5 - number where number in (2, 3)",
      () => ({ what: "seal", how: "altered", seal: 2 }),
    ],
    [
      "puts a row into the sealed past",
      () => `insert into audit_event select * from kept_events where id = '${row}';
        update audit_event set id = '${row.slice(0, -1)}${row.endsWith("a") ? "b" : "a"}' where ctid = (select max(ctid) from audit_event)`,
      () => ({ what: "row", how: "extra", id: expect.stringContaining(row.slice(0, -1)), seal: 2 }),
    ],
    [
      "puts a row in twice",
      () => `insert into audit_event select * from kept_events where id = '${row}'`,
      () => ({ what: "row", how: "extra", id: row, seal: 2 }),
    ],
    [
      "puts a row in before all others",
      () => `insert into audit_event (id, xid, actor_kind, action, resource_kind, outcome)
        values (gen_random_uuid(), '1', 'system', 'task.delete', 'task', 'success')`,
      () => ({ what: "row", how: "extra", seal: 1 }),
    ],
    [
      "alters a row and makes its seal say so",
      () => `update audit_event set action = 'me.get' where id = '${row}';
        update audit_seal set row_digests[2] = 'a true digest of the new row' where number = 2`,
      () => ({ what: "seal", how: "altered", seal: 2 }),
    ],
    [
      "appends a seal without the key",
      () => `insert into audit_seal select number + 1, row_ids, row_digests, count, digest, last_xid, last_id,
        key_version, hmac, sealed_at from kept_seals order by number desc limit 1`,
      () => ({ what: "seal", how: "altered", seal: last.number + 1 }),
    ],
    [
      "puts a seal before the first",
      () =>
        "insert into audit_seal select 0, row_ids, row_digests, count, digest, last_xid, last_id, " +
        "key_version, hmac, sealed_at from kept_seals where number = 1",
      () => ({ what: "seal", how: "missing", seal: 1 }),
    ],
  ];

  it.each(deeds)("%s is found", async (_, statement, expected) => {
    await tamper(statement());
    const found = await fault();
    expect(found).toMatchObject(expected());
    expect(found?.line).not.toContain("\n");
    expect(found?.line).toMatch(found?.what === "row" ? String(found.id) : `seal ${found?.seal} `);
  });
});

describe("a tail that is cut", () => {
  const cutFrom = (number: number) =>
    tamper(`delete from audit_event where id in (select unnest(row_ids) from audit_seal where number >= ${number});
      delete from audit_seal where number >= ${number}`);

  it("is found by what was announced, and by nothing else", async () => {
    await cutFrom(3);
    expect(await fault()).toBeUndefined();
    expect(await fault(heads)).toMatchObject({ what: "seal", how: "cut", seal: 3 });
    expect((await fault(heads))?.line).toContain(`up to seal ${last.number}`);
  });

  it("is found when everything is gone", async () => {
    await tamper("truncate audit_event, audit_seal");
    expect(await fault(heads)).toMatchObject({ what: "seal", how: "cut", seal: 1 });
  });

  it("is found when new rows were sealed in its place", async () => {
    await cutFrom(last.number);
    await append(house.admin);
    await sealEverything(house);
    expect(await fault()).toBeUndefined();
    expect(await fault(heads)).toMatchObject({ what: "seal", how: "replaced", seal: last.number });
  });
  it("can not be put back once others were sealed in its place and after it", async () => {
    await cutFrom(last.number);
    const between = await append(house.admin);
    await sealEverything(house);
    await append(house.admin);
    await sealEverything(house);
    await tamper(`delete from audit_seal where number = ${last.number};
      insert into audit_seal select * from kept_seals where number = ${last.number};
      insert into audit_event select * from kept_events where id in ('${last.rows.join("', '")}');
      delete from audit_event where id = '${between}'`);
    expect(await fault()).toMatchObject({ what: "seal", how: "altered", seal: last.number + 1 });
  });
});
