import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handleTrpc } from "@/server/http/trpc";
import { addRows, CASES, fingerprint, type Rows } from "@/tests/isolation/inputs";
import { expectRefusedInput } from "@/tests/support/answers";
import { type House, openHouse, type Person, procedureType } from "@/tests/support/house";

/** Keys that decide whose a row is, or what nobody sets; and the ways to smuggle one in. */
const FOREIGN_KEYS = [
  ..."id ownerId workspaceId userId authorId role reach version createdAt personalUserId".split(" "),
  ..."owner_id workspace_id ID constructor toString __proto__".split(" "),
];

/** Which of them a procedure takes, written down by hand. */
const TAKES_ID =
  /^(workspace|project|task|document|alert)\.(acknowledge|resolve|get|update|delete|archive|move|assign|versions|restore)$/;
const TAKES_VERSION =
  /^((project|task|document)\.(update|delete|archive|move|assign|restore)|document\.get)$/;

const LISTS = Object.keys(CASES).filter((path) => /list$|mine$|versions$/.test(path));
/** But those of services, which refuse people before they look: security-event-pull.test.ts. */
const everyProcedure = Object.keys(CASES).filter((path) => path !== "securityEvent.pull");

let house: House;
let person: Person;
let rows: Rows;
let before: string;
beforeAll(async () => {
  // An admin, for whom the procedures of security staff come as far as their input.
  house = await openHouse();
  person = await house.person({ role: "admin" });
  const { id } = await person.in().workspace.create({ name: "Inputs" });
  rows = await addRows(house, person, id, "inputs");
  before = await fingerprint(house, id);
});
afterAll(async () => {
  const after = await fingerprint(house, rows.workspace);
  await house.close();
  expect(after).toBe(before);
});

/** Sends a body as it stands, not through JSON.stringify. */
async function sendRaw(path: string, body: string) {
  const isQuery = procedureType(path) !== "mutation";
  const url = new URL(`/api/trpc/${path}`, house.runtime.env.baseUrl);
  if (isQuery) url.searchParams.set("input", body);
  const headers = {
    cookie: person.cookie,
    "content-type": "application/json",
    "x-workspace-id": rows.workspace,
  };
  const request = new Request(url, { method: isQuery ? "GET" : "POST", headers, ...(!isQuery && { body }) });
  const response = await handleTrpc(house.runtime, request);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

/** A good input with one field set anew; `__proto__` stays a key of its own. */
const withField = (path: string, field: string, value: string) => {
  const good = Object.entries({ ...CASES[path]?.input(rows) }).filter(([key]) => key !== field);
  const pairs = good.map(([key, content]) => `${JSON.stringify(key)}:${JSON.stringify(content)}`);
  return `{${[...pairs, `${JSON.stringify(field)}:${value}`].join(",")}}`;
};

async function isRefused(path: string, field: string, value: string): Promise<void> {
  expectRefusedInput(await sendRaw(path, withField(path, field, value)), `${path} ${field}=${value}`);
}

describe.each(everyProcedure)("%s", (path) => {
  const fields = Object.keys(CASES[path]?.input({} as Rows) ?? {});

  it("refuses keys that it does not take", async () => {
    const ids = Object.keys(CASES[path]?.ids ?? {});
    const taken = [
      ...ids,
      ...(TAKES_ID.test(path) ? ["id"] : []),
      ...(TAKES_VERSION.test(path) ? ["version"] : []),
    ];
    for (const key of FOREIGN_KEYS.filter((name) => !taken.includes(name))) {
      await isRefused(path, key, '"019a0000-0000-7000-8000-000000000001"');
    }
  });

  it("refuses values of the wrong type", async () => {
    for (const field of fields)
      for (const value of ["{}", "[]", "1e400", '{"$ne":null}']) await isRefused(path, field, value);
  });

  it("refuses an input that is no object", async () => {
    for (const input of ["null", "5", '"text"', "true", "[]", "[{}]"])
      expectRefusedInput(await sendRaw(path, input), `${path} ${input}`);
  });

  it("refuses what is no JSON", async () => {
    for (const input of ["{", "{'a':1}", "undefined", "NaN", '{"a":1}}', "\u0000"]) {
      const answer = await sendRaw(path, input);
      expect([input, answer.status, answer.body.error.data.code]).toEqual([input, 400, "BAD_REQUEST"]);
    }
  });
});

const idFields = everyProcedure.flatMap((path) =>
  Object.keys(CASES[path]?.ids ?? {}).map((field) => ({ path, field })),
);
const MALFORMED_IDS = [
  '""',
  '"1"',
  '"019a0000-0000-7000-8000-00000000000"',
  '"019a0000-0000-7000-8000-0000000000011"',
  '"019a000000007000800000000000000g"',
  '"{019a0000-0000-7000-8000-000000000001}"',
  '" 019a0000-0000-7000-8000-000000000001"',
  '"019a0000-0000-7000-8000-000000000001\\n"',
  '"019a0000-0000-7000-8000-00000000000\\u0000"',
  '"\' or 1=1 --"',
  "7",
];

describe.each(idFields)("$path $field", ({ path, field }) => {
  it("refuses malformed ids", async () => {
    for (const malformed of MALFORMED_IDS) await isRefused(path, field, malformed);
  });
});

describe.each(LISTS)("%s", (path) => {
  it("refuses page sizes out of range and cursors that are none of ours", async () => {
    for (const limit of ["0", "-1", "101", "1.5", '"5"', "null", "true"])
      await isRefused(path, "limit", limit);
    const cursors = ['""', '"x"', `"${"A".repeat(23)}"`, `"${"A".repeat(21)}!"`, "0", '"0"', '"-1"', "null"];
    for (const cursor of cursors) await isRefused(path, "cursor", cursor);
  });
});

const versioned = everyProcedure.filter((path) => TAKES_VERSION.test(path));
const numbers = [
  ...versioned.map((path) => ({ path, field: "version" })),
  { path: "document.restore", field: "to" },
];
describe.each(numbers)("$path $field", ({ path, field }) => {
  it("refuses numbers that are no version", async () => {
    const wrong = ["0", "-1", "1.5", "2147483648", "9007199254740993", '"1"', "null", "true"];
    for (const value of wrong) await isRefused(path, field, value);
  });
});

/** ISO 8601 as the browser sends it; the database has a calendar of its own, which starts and ends elsewhere. */
const WRONG_INSTANTS = [
  "tomorrow",
  "2026-01-01",
  "2026-01-01T00:00:00",
  "2026-02-30T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-01-01T24:00:00Z",
  "2026-01-01T00:00:00+24:00",
  "2026-01-01T00:00:00Z; drop table task",
  "infinity",
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00Z",
  "1969-12-31T23:59:59Z",
  "1970-01-01T00:00:00+10:00",
  "9999-12-31T23:59:59-10:00",
];
const instants = [
  { path: "task.create", field: "dueAt" },
  { path: "task.update", field: "dueAt" },
  { path: "task.list", field: "dueBefore" },
  { path: "task.list", field: "dueAfter" },
];
describe.each(instants)("$path $field", ({ path, field }) => {
  it("refuses what is no instant, or none that can be kept", async () => {
    for (const instant of WRONG_INSTANTS) await isRefused(path, field, JSON.stringify(instant));
  });
});

const GOOD_INSTANTS = [
  ["2026-06-01T12:00:00Z", "2026-06-01T12:00:00.000Z"],
  ["2024-02-29T23:59:59.123456789Z", "2024-02-29T23:59:59.123Z"],
  ["2026-06-01T12:00:00+02:00", "2026-06-01T10:00:00.000Z"],
  // PostgreSQL itself takes offsets up to 16 hours only.
  ["2026-06-01T12:00:00-23:59", "2026-06-02T11:59:00.000Z"],
  ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
  ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
] as const;
it.each(GOOD_INSTANTS)("an instant %s comes back as %s", async (dueAt, stored) => {
  const api = person.in();
  const { id } = await api.task.create({ title: "Due", dueAt });
  expect((await api.task.get({ id })).dueAt).toBe(stored);
  expect((await api.task.list({ dueAfter: dueAt, limit: 1 })).items.map((task) => task.id)).toEqual([id]);
  expect((await api.task.list({ dueBefore: dueAt })).items.map((task) => task.id)).not.toContain(id);
});

const choices = [
  { path: "task.create", field: "status", value: '"DONE"' },
  { path: "task.update", field: "status", value: '"done "' },
  { path: "task.move", field: "status", value: '"cancelled"' },
  { path: "task.move", field: "position", value: '"a 0"' },
  { path: "task.move", field: "position", value: '""' },
  { path: "task.move", field: "position", value: `"${"a".repeat(129)}"` },
  { path: "task.create", field: "priority", value: '"highest"' },
  { path: "task.list", field: "status", value: '["todo"]' },
  { path: "project.archive", field: "archived", value: '"false"' },
  { path: "project.list", field: "archived", value: "0" },
  { path: "user.claimFirstAdmin", field: "token", value: '"short"' },
];
it.each(choices)("$path refuses $field = $value", async ({ path, field, value }) => {
  await isRefused(path, field, value);
});
