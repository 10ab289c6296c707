import { v4 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "@/server/http/rest";
import { addRows, CASES, needsSecret, type Rows } from "@/tests/isolation/inputs";
import { dataOf } from "@/tests/support/answers";
import { type House, openHouse, type Person, procedureType } from "@/tests/support/house";
import { callRest, operationOf, REST_FORBIDDEN, requestFor } from "@/tests/support/rest";

let house: House;
let person: Person;
let stranger: Person;
let theirs: Rows;
beforeAll(async () => {
  // An admin, so that everything answers; the first admin's link alone stays shut.
  house = await openHouse();
  person = await house.person({ role: "admin" });
  stranger = await house.person();
  const { id } = await stranger.in().workspace.create({ name: "Theirs" });
  theirs = await addRows(house, stranger, id, "theirs");
});
afterAll(() => house.close());

async function ownRows(mark: string): Promise<Rows> {
  const { id } = await person.in().workspace.create({ name: `Rows ${mark}` });
  return addRows(house, person, id, mark);
}

const send = (procedure: string, input: Record<string, unknown>, workspace: string, who = person) => {
  const { path, ...sent } = requestFor(operationOf(procedure), input);
  return callRest(house, who, path, { ...sent, headers: { "x-workspace-id": workspace } });
};

/** Ids, instants and places on the board differ from one row to the next. */
const shapeOf = (data: unknown) =>
  JSON.stringify(data)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id")
    .replace(/"\d{4}-[^"]*Z"/g, "at")
    .replace(/"position":"\w+"/g, "position")
    .replace(/"(start|key)":"hf_\w+"/g, "key");

/** Streams are not in REST. */
const procedures = Object.keys(CASES).filter((path) => procedureType(path) !== "subscription");
/** A service procedure answers services alone: see security-event-pull.test.ts. */
const ofPeople = procedures.filter((path) => path !== "securityEvent.pull");
const answering = ofPeople.filter((path) => !needsSecret(path));

describe.each(answering)("%s", (procedure) => {
  it("answers by REST what it answers by tRPC", async () => {
    const input = CASES[procedure]?.input ?? (() => ({}));
    const [one, two] = [await ownRows("same"), await ownRows("same")];
    const workspace = (rows: Rows) => ({ "x-workspace-id": rows.workspace });
    // Each has rows of its own: what the first changes must not be there changed for the second.
    const expected = dataOf(await house.call(person, procedure, input(one), workspace(one)));
    const answer = await send(procedure, input(two), two.workspace);
    expect(answer.status, answer.text).toBe(procedure.endsWith(".create") ? 201 : 200);
    const isOfAll = ["workspace.list", "session.revokeOthers"].includes(procedure);
    if (isOfAll || procedure.startsWith("securityEvent")) {
      expect(Object.keys(answer.body as object)).toEqual(Object.keys(expected));
    } else expect(shapeOf(answer.body)).toBe(shapeOf(expected));
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get("ratelimit")).toMatch(/^"(read|write|export|sensitive)";r=\d+;t=\d+$/);
  });
});

describe.each(procedures)("%s", (procedure) => {
  const input = CASES[procedure]?.input ?? (() => ({}));
  const ids = CASES[procedure]?.ids ?? {};

  it("is 401 to nobody, whatever the input", async () => {
    for (const good of [true, false]) {
      const { path, ...sent } = requestFor(
        operationOf(procedure),
        good ? input(theirs) : { id: "x", no: "y" },
      );
      const answer = await callRest(house, null, path, sent);
      expect([answer.status, answer.body]).toEqual([
        401,
        { error: { code: "UNAUTHORIZED", message: "Sign in to go on.", requestId: expect.any(String) } },
      ]);
    }
  });

  it("is the uniform 403 in a workspace that is foreign, unknown or none", async () => {
    for (const workspace of [theirs.workspace, v4(), "none"]) {
      const answer = await send(procedure, input(theirs), workspace);
      expect([answer.status, answer.text]).toEqual([403, REST_FORBIDDEN]);
    }
  });

  it.each(Object.keys(ids))("answers a foreign and an unknown %s alike", async (field) => {
    const own = await ownRows("alike");
    const kind = ids[field];
    if (!kind) throw new Error("no kind");
    // Every alert and every person is within an admin's reach.
    const isForStaff = kind === "alert" || kind === "outsider";
    const who = isForStaff ? stranger : person;
    const place = isForStaff ? theirs.workspace : own.workspace;
    const foreign = await send(procedure, { ...input(own), [field]: theirs[kind] }, place, who);
    const unknown = await send(procedure, { ...input(own), [field]: v4() }, place, who);
    expect(foreign.text).toBe(unknown.text);
    expect([foreign.status, unknown.status]).toEqual(procedure.endsWith(".list") ? [200, 200] : [403, 403]);
    if (!procedure.endsWith(".list")) expect(foreign.text).toBe(REST_FORBIDDEN);
  });

  it("refuses unknown fields, in whatever part they come", async () => {
    const own = await ownRows("fields");
    const answer = await send(procedure, { ...input(own), planted: "x" }, own.workspace);
    // A service procedure refuses people before it looks at what they send.
    if (!ofPeople.includes(procedure)) return expect(answer.text).toBe(REST_FORBIDDEN);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain("unrecognized_keys");
  });

  it("has one path, whose other methods are 405 with those that it has", async () => {
    const { path } = requestFor(operationOf(procedure), input(theirs));
    for (const method of ["PUT", "OPTIONS", "PROPFIND"]) {
      const answer = await callRest(house, person, path.split("?")[0] ?? "", { method });
      expect([answer.status, answer.headers.get("allow")]).toEqual([
        405,
        expect.stringContaining(operationOf(procedure).method),
      ]);
    }
  });
});

it("every query and mutation has its operation, and every mutation a method that is checked for its origin", () => {
  expect(OPERATIONS.map(({ id }) => id).sort()).toEqual([...procedures, "user.tasks"].sort());
  for (const { procedure, method } of OPERATIONS)
    expect([procedure, procedureType(procedure)]).toEqual([
      procedure,
      method === "GET" ? "query" : "mutation",
    ]);
});

it("what is made answers 201 with the place where it can be read", async () => {
  const made = await callRest(house, person, "/tasks", { method: "POST", body: { title: "New" } });
  expect(made.status).toBe(201);
  const { id } = made.body as { id: string };
  expect(made.headers.get("location")).toBe(`/api/v1/tasks/${id}`);
  const read = await callRest(house, person, `/tasks/${id}`);
  expect(read.body).toEqual(made.body);
});

it("HEAD is GET without its body", async () => {
  const answer = await callRest(house, person, "/me", { method: "HEAD" });
  expect([answer.status, answer.text]).toEqual([200, ""]);
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect((await callRest(house, null, "/me", { method: "HEAD" })).status).toBe(401);
  expect((await callRest(house, person, `/tasks/${v4()}/move`, { method: "HEAD" })).status).toBe(405);
});

it("a path that does not exist is 404, to everybody", async () => {
  const paths = ["/", "", "/nothing", "/tasks/", "/tasks//move", `/tasks/${v4()}/nothing`, "/Tasks", "/task"];
  const more = [
    `/tasks/${v4()}/move/x`,
    "/%74asks",
    "/me/x",
    "/../trpc/me.get",
    "/../zz/me",
    "/tasks/{}/constructor",
  ];
  for (const path of [...paths, ...more]) {
    for (const who of [person, null]) {
      const answer = await callRest(house, who, path);
      expect([path, answer.status, answer.text]).toEqual([
        path,
        404,
        '{"error":{"code":"NOT_FOUND","message":"There is no such route.","requestId":""}}',
      ]);
    }
  }
});

it("a path or query string that is no UTF-8 is 400", async () => {
  for (const path of ["/tasks/%ff", "/tasks/%", "/tasks?search=%c3%28", "/tasks?%"])
    expect([path, (await callRest(house, person, path)).status]).toEqual([path, 400]);
});

describe("GET /users/{userId}/tasks", () => {
  it("lists what is assigned to the caller, by id or as me", async () => {
    const api = person.in();
    const { id } = await api.task.create({ title: "Mine", assigneeId: person.userId });
    await api.task.create({ title: "Nobody's" });
    for (const name of ["me", person.userId, person.userId.toUpperCase()]) {
      const answer = await callRest(house, person, `/users/${name}/tasks?limit=100`);
      const { items } = answer.body as { items: { id: string; assigneeId: string }[] };
      expect(items.map((task) => task.id)).toContain(id);
      expect(new Set(items.map(({ assigneeId }) => assigneeId))).toEqual(new Set([person.userId]));
    }
  });

  it("is the uniform 403 for another, for nobody and for what is no id, and 401 to nobody", async () => {
    await callRest(house, stranger, "/users/me/tasks");
    for (const other of [stranger.userId, v4(), "you", "ME", "%00", "null", `${person.userId}%20`]) {
      for (const query of ["", "?limit=nothing"]) {
        const answer = await callRest(house, person, `/users/${other}/tasks${query}`);
        expect([other, answer.status, answer.text]).toEqual([other, 403, REST_FORBIDDEN]);
      }
      expect((await callRest(house, null, `/users/${other}/tasks`)).status).toBe(401);
    }
  });

  it("takes no other assignee besides", async () => {
    const answer = await callRest(house, person, `/users/me/tasks?assigneeId=${stranger.userId}`);
    expect(answer.status).toBe(400);
  });
});
