import { v4 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Field, fromQuery, isOfQuery, withParameter } from "@/server/http/rest-input";
import { addRows, type Rows } from "@/tests/isolation/inputs";
import { expectRefusedInput } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { callRest } from "@/tests/support/rest";

let house: House;
let person: Person;
let rows: Rows;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
  rows = await addRows(house, person, person.workspaceId, "rows");
});
afterAll(() => house.close());

const get = (path: string) => callRest(house, person, path);
const post = (path: string, body: unknown, headers?: Record<string, string>) =>
  callRest(house, person, path, { method: "POST", body, ...(headers && { headers }) });

interface Refusal {
  error: { code: string; reason?: string; issues?: { path: string }[] };
}

/** Fails unless the answer is 400 and names the field. */
async function expectRefused(path: string, field: string): Promise<void> {
  const answer = await get(path);
  const { code, issues } = (answer.body as Refusal).error;
  expect([path, answer.status, code, issues?.[0]?.path]).toEqual([path, 400, "BAD_REQUEST", field]);
}

describe("a query string", () => {
  it("gives numbers where the schema has numbers, written as decimals and in no other way", async () => {
    for (const text of ["1", "100", "50.0"]) expect((await get(`/tasks?limit=${text}`)).status).toBe(200);
    const wrong = ["", "abc", "1e1", "0x10", "+5", "%205", "05", "1.5", "-1", "0", "101", "1_0", "Infinity"];
    for (const text of [...wrong, "NaN", "null", "true", "٥", "9".repeat(400), "[5]", "5,6"])
      await expectRefused(`/tasks?limit=${text}`, "limit");
  });

  it("gives booleans for true and false, and for nothing else", async () => {
    const archived = async (text: string) => {
      const { items } = (await get(`/projects?archived=${text}`)).body as { items: { id: string }[] };
      return items.map(({ id }) => id);
    };
    expect(await archived("true")).toEqual([rows.archivedProject]);
    expect(await archived("false")).toEqual([rows.project]);
    for (const text of ["", "1", "0", "True", "FALSE", "yes", "null", "on", "%20true"])
      await expectRefused(`/projects?archived=${text}`, "archived");
  });

  it("keeps text as it is, also text that looks like something else", async () => {
    for (const title of ["5", "true", "null", "[1]", '{"a":1}', "a+b & c", "100 %", "naïve 😀"])
      await person.in().task.create({ title });
    for (const title of ["5", "true", "null", "[1]", '{"a":1}', "a+b & c", "100 %", "naïve 😀"]) {
      const { items } = (await get(`/tasks?search=${encodeURIComponent(title)}`)).body as {
        items: { title: string }[];
      };
      expect(items.map((task) => task.title)).toContain(title);
    }
  });

  it("refuses what is said twice where there is room for one, and what nobody asked for", async () => {
    await expectRefused("/tasks?limit=5&limit=5", "limit");
    await expectRefused("/tasks?search=a&search=b", "search");
    await expectRefused("/projects?archived=true&archived=false", "archived");
    for (const name of ["LIMIT", "limit%5B%5D", "__proto__", "constructor", "id", "workspaceId", ""])
      await expectRefused(`/tasks?${name}=5`, "");
    await expectRefused(`/tasks/${rows.task}?id=${rows.task}`, "id");
    await expectRefused("/me?x=1", "");
  });

  it("can not say null: what may be null is text", async () => {
    await expectRefused("/documents?projectId=null", "projectId");
    await expectRefused("/tasks?assigneeId=", "assigneeId");
  });

  it("has no room on a write, whose input is the body", async () => {
    const answer = await post("/tasks?title=x", { title: "y" });
    expect([answer.status, (answer.body as Refusal).error.reason]).toEqual([400, "QUERY_NOT_ALLOWED"]);
  });

  it("carries the version of a DELETE, which has no body", async () => {
    const { id } = await person.in().task.create({ title: "To go" });
    const remove = (query: string, body?: unknown) =>
      callRest(house, person, `/tasks/${id}${query}`, { method: "DELETE", body });
    expect((await remove("?version=7")).status).toBe(409);
    expect((await remove("?version=x")).status).toBe(400);
    const refused = await remove("", { version: 1 });
    expect([refused.status, (refused.body as Refusal).error.reason]).toEqual([400, "BODY_NOT_ALLOWED"]);
    const done = await remove("?version=1");
    expect([done.status, done.body]).toEqual([200, { id }]);
    expect((await remove("?version=1")).status).toBe(403);
  });
});

describe("fromQuery", () => {
  const fields: Record<string, Field> = {
    tags: { type: "array", items: { type: "string" } },
    sizes: { type: "array", items: { type: "integer" } },
    size: { anyOf: [{ type: "integer" }, { type: "null" }] },
    flag: { type: ["boolean", "null"] },
    either: { anyOf: [{ type: "integer" }, { type: "string" }] },
  };
  it.each([
    ["tags=a", { tags: ["a"] }],
    ["tags=a&tags=b", { tags: ["a", "b"] }],
    ["sizes=1&sizes=2&sizes=x", { sizes: [1, 2, "x"] }],
    ["size=5&flag=true", { size: 5, flag: true }],
    ["size=null&flag=null", { size: "null", flag: "null" }],
    ["either=5", { either: "5" }],
    ["toString=5", { toString: "5" }],
    ["size=5&size=6", { size: ["5", "6"] }],
  ])("reads %s", (query, expected) => {
    expect(fromQuery(new URLSearchParams(query), fields)).toEqual(expected);
  });

  it("keeps __proto__ a key like another", () => {
    const input = fromQuery(new URLSearchParams("__proto__=x"), fields);
    expect(Object.keys(input)).toEqual(["__proto__"]);
    expect(Object.keys(withParameter(input, "id", "y") as object)).toEqual(["__proto__", "id"]);
  });

  it("knows what a query string can not hold", () => {
    expect(Object.values(fields).map(isOfQuery)).toEqual([true, true, true, true, false]);
    expect(isOfQuery({ type: "object" })).toBe(false);
    expect(isOfQuery({ type: "array", items: { type: "object" } })).toBe(false);
  });
});

describe("a body", () => {
  const malformed = { status: 400, text: expect.stringContaining('"The request is not well formed."') };

  it("that is no JSON, or too deep, is 400", async () => {
    for (const body of ["{", "undefined", "{'a':1}", '{"title":"a"}}', "\u0000"])
      expect(await post("/tasks", body)).toMatchObject(malformed);
    expect(await post("/tasks", `{"title":${"[".repeat(40)}${"]".repeat(40)}}`)).toMatchObject(malformed);
  });

  it("that is no UTF-8 is 400", async () => {
    const { handleRest } = await import("@/server/http/rest");
    const body = Buffer.from([...Buffer.from('{"title":"'), 0xff, ...Buffer.from('"}')]);
    const headers = { cookie: person.cookie, "content-type": "application/json" };
    const url = new URL("/api/v1/tasks", house.runtime.env.baseUrl);
    const answer = await handleRest(house.runtime, new Request(url, { method: "POST", headers, body }));
    expect(answer.status).toBe(400);
  });

  it("that is no object is 400, with a path's id or without", async () => {
    for (const body of ["null", "[]", '"x"', "5", "true", '[{"title":"x"}]']) {
      expect((await post("/tasks", body)).status).toBe(400);
      expect((await post(`/tasks/${rows.task}/move`, body)).status).toBe(400);
    }
  });

  it("that names the path's id again is 400, even when it is the same", async () => {
    for (const id of [rows.task, v4(), null]) {
      const answer = await post(`/tasks/${rows.task}/move`, { id, status: "done" });
      expect([answer.status, (answer.body as Refusal).error.issues?.[0]?.path]).toEqual([400, "id"]);
    }
    const renamed = await callRest(house, person, `/workspaces/${rows.workspace}`, {
      method: "PATCH",
      body: { id: v4(), name: "x" },
    });
    expect(renamed.status).toBe(400);
  });

  it("of another type is 415, and so is one of no type", async () => {
    const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""];
    for (const type of [...types, "application/json-patch+json", "application/octet-stream"]) {
      const answer = await post("/tasks", { title: "x" }, { "content-type": type });
      expect([type, answer.status]).toEqual([type, 415]);
    }
    expect(
      (await post("/tasks", { title: "x" }, { "content-type": "Application/JSON; charset=utf-8" })).status,
    ).toBe(201);
  });

  it("may be left out where nothing is required", async () => {
    const { id } = await person.in().project.create({ name: "To archive" });
    const archived = await callRest(house, person, `/projects/${id}/archive`, { method: "POST" });
    expect([archived.status, (archived.body as { archivedAt: string }).archivedAt]).toEqual([
      200,
      expect.any(String),
    ]);
    expect((await callRest(house, person, "/tasks", { method: "POST" })).status).toBe(400);
  });

  it("beyond 1 MiB is 413", async () => {
    const answer = await post("/tasks", { title: "x", description: "y".repeat(1024 * 1024) });
    expect([answer.status, (answer.body as Refusal).error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });
});

/** A library that turned text into values inside the shared schemas left tRPC open after the first REST call. */
it("after REST has turned text into values, tRPC still takes none of them as text", async () => {
  expect((await get("/tasks?limit=5")).status).toBe(200);
  expect((await get("/projects?archived=false&limit=5")).status).toBe(200);
  expect((await post(`/projects/${rows.archivedProject}/archive`, {})).status).toBe(200);
  for (const limit of ["5", null, true, [5]])
    expectRefusedInput(await house.call(person, "task.list", { limit }), limit, "limit");
  for (const archived of ["false", "true", null, 0])
    expectRefusedInput(await house.call(person, "project.list", { archived }), archived, "archived");
  for (const version of ["1", null, false])
    expectRefusedInput(
      await house.call(person, "task.delete", { id: rows.task, version }),
      version,
      "version",
    );
  expect((await post(`/tasks/${rows.task}/move`, { version: "1" })).status).toBe(400);
  expect((await post(`/projects/${rows.project}/archive`, { archived: "false" })).status).toBe(400);
});
