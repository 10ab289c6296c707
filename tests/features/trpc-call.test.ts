import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Call, callOf } from "@/server/http/exchange";
import { handleTrpc } from "@/server/http/trpc";
import { answerTrpcCall } from "@/server/http/trpc-call";
import { type House, openHouse, type Person } from "@/tests/support/house";

/** What needs no Web request is answered by a way of its own: to the byte what tRPC's adapter would answer. */
let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
});
afterAll(() => house.close());

interface Asked {
  method?: string;
  /** What follows `/api/trpc/`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

const callFor = ({ method = "GET", path, headers = {}, body }: Asked): Call =>
  callOf(
    { method, url: `/api/trpc/${path}`, headers } as Parameters<typeof callOf>[0],
    body === undefined ? null : Buffer.from(body),
  );

const isVolatile = (name: string) => name === "x-request-id";
/** Without what differs from one call to the next: ids, times, and what is left of a budget. */
const blanked = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/"position":"[^"]*"/g, "<position>")
    .replaceAll(/r=\d+;t=\d+/g, "<left>");
const seen = (status: number, headers: Iterable<readonly [string, string]>, text: string) => ({
  status,
  headers: [...headers]
    .filter(([name]) => !isVolatile(name))
    .map(([name, value]) => `${name}: ${blanked(value)}`)
    .sort(),
  text: blanked(text),
});

async function both(asked: Asked) {
  const { method = "GET", path, headers = {}, body } = asked;
  const own = await answerTrpcCall(house.runtime, callFor(asked), randomUUID());
  const url = `${house.runtime.env.baseUrl}/api/trpc/${path}`;
  const init = { method, headers, ...(body !== undefined && { body }) };
  const web = await handleTrpc(house.runtime, new Request(url, init), randomUUID());
  return {
    own: own && seen(own.status, Object.entries(own.headers), own.text ?? ""),
    web: seen(web.status, web.headers, await web.text()),
  };
}

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`;
const json = { "content-type": "application/json" };
const create = (body: object, headers: object = {}): Asked => ({
  ...{ method: "POST", path: "task.create", body: JSON.stringify(body) },
  headers: { ...json, cookie: person.cookie, ...headers } as Record<string, string>,
});
const signedIn = () => ({ cookie: person.cookie });

const SAME: Record<string, () => Asked> = {
  "a list": () => ({ path: "task.list", headers: signedIn() }),
  "a list with an input": () => ({
    path: `task.list?${input({ limit: 2, status: "todo" })}`,
    headers: signedIn(),
  }),
  "an input that is refused": () => ({ path: `task.list?${input({ limit: -1 })}`, headers: signedIn() }),
  "an input of null": () => ({ path: "task.list?input=null", headers: signedIn() }),
  "an empty input": () => ({ path: "task.list?input=", headers: signedIn() }),
  "what is not there": () => ({ path: `task.get?${input({ id: randomUUID() })}`, headers: signedIn() }),
  nobody: () => ({ path: "task.list" }),
  "a token that is none": () => ({ path: "task.list", headers: { authorization: "Bearer a.b.c" } }),
  "a workspace of others": () => ({
    path: "task.list",
    headers: { ...signedIn(), "x-workspace-id": randomUUID() },
  }),
  "a write": () => create({ title: "Mine" }),
  "a write that is refused": () => create({ title: "" }),
  "a write to no workspace": () => create({ title: "Mine" }, { "x-workspace-id": "not an id" }),
  "a malformed key": () => create({ title: "Mine" }, { "idempotency-key": "ä" }),
};

describe("a call of one procedure", () => {
  it.each(Object.entries(SAME))("%s is answered alike", async (_, ask) => {
    const { own, web } = await both(ask());
    expect(own).toBeDefined();
    expect(own).toEqual(web);
  });

  it("repeats its first answer, and says so", async () => {
    const asked = create({ title: "Once" }, { "idempotency-key": "once" });
    const first = await answerTrpcCall(house.runtime, callFor(asked), randomUUID());
    const { own, web } = await both(asked);
    expect(own).toEqual(web);
    expect(own?.headers).toContain("idempotency-replayed: true");
    expect(own?.text).toBe(first && blanked(first.text ?? ""));
  });
});

describe("left to tRPC's adapter, with nothing done, is", () => {
  const OTHERS: Record<string, () => Asked> = {
    "a batch": () => ({ path: `task.list,me.get?batch=1&${input({})}`, headers: signedIn() }),
    "a batch of one": () => ({ path: `task.list?batch=1&${input({})}`, headers: signedIn() }),
    "a stream": () => ({ path: `task.changes?${input({})}`, headers: signedIn() }),
    "a streamed answer": () => ({
      path: "task.list",
      headers: { ...signedIn(), "trpc-accept": "application/jsonl" },
    }),
    "no procedure": () => ({ path: "task.nothing", headers: signedIn() }),
    "a name of every object": () => ({ path: "constructor", headers: signedIn() }),
    "a write by GET": () => ({ path: "task.create", headers: signedIn() }),
    "a read by POST": () => ({ ...create({}), path: "task.list" }),
    "what is no JSON": () => ({ path: "task.list?input=%7B", headers: signedIn() }),
    "a body that is none": () => ({ ...create({}), body: "" }),
    "a GET that names a type of body": () => ({ path: "task.list", headers: { ...signedIn(), ...json } }),
  };
  it.each(Object.entries(OTHERS))("%s", async (_, ask) => {
    expect(await answerTrpcCall(house.runtime, callFor(ask()), randomUUID())).toBeUndefined();
  });
});
