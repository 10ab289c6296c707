import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handleTrpc } from "@/server/http/trpc";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { freshAddress, limitsOf, statuses } from "@/tests/support/limits";

let house: House;
beforeAll(async () => {
  house = await openHouse({ limits: limitsOf("read=6,write=4,sensitive=2") });
});
afterAll(() => house.close());

/** One request over HTTP, of one call or of a batch. */
async function send(
  person: Person | null,
  paths: string[],
  headers: Record<string, string> = {},
  input?: unknown,
) {
  const url = new URL(`/api/trpc/${paths.join(",")}`, house.runtime.env.baseUrl);
  if (paths.length > 1) url.searchParams.set("batch", "1");
  const isWrite = input !== undefined;
  const response = await handleTrpc(
    house.runtime,
    new Request(url, {
      method: isWrite ? "POST" : "GET",
      headers: { ...(person && { cookie: person.cookie }), "content-type": "application/json", ...headers },
      ...(isWrite && { body: JSON.stringify(input) }),
    }),
  );
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe("over its budget", () => {
  it.each([
    ["a query", "me.get", undefined, 6, "read"],
    ["a mutation", "project.create", { name: "One" }, 4, "write"],
    ["what gives rights", "user.claimFirstAdmin", { token: "x".repeat(43) }, 2, "sensitive"],
  ])("%s is 429 and says when to come again", async (_, path, input, size, name) => {
    const person = await house.person();
    const within = await statuses(size, () => send(person, [path], {}, input));
    expect(within).not.toContain(429);
    const over = await send(person, [path], {}, input);
    expect(over.status).toBe(429);
    expect(JSON.parse(over.text).error.data).toMatchObject({ code: "TOO_MANY_REQUESTS", httpStatus: 429 });
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(over.headers.get("ratelimit-policy")).toBe(`"${name}";q=${size};w=86400`);
    expect(over.headers.get("ratelimit")).toMatch(new RegExp(`^"${name}";r=0;t=\\d+$`));
  });

  it("others go on, and other budgets too", async () => {
    const [person, other] = [await house.person(), await house.person()];
    expect(
      (await statuses(8, () => send(person, ["me.get"]))).filter((status) => status === 429),
    ).toHaveLength(2);
    expect((await send(other, ["me.get"])).status).toBe(200);
    expect((await send(person, ["project.create"], {}, { name: "One" })).status).toBe(200);
  });

  it("an answer within tells what is left", async () => {
    const person = await house.person();
    const first = await send(person, ["me.get"]);
    expect(first.headers.get("ratelimit")).toMatch(/^"read";r=5;t=\d+$/);
    expect(first.headers.get("retry-after")).toBeNull();
  });
});

describe("no way around:", () => {
  it("a batch of N costs N", async () => {
    const person = await house.person();
    const batch = await send(
      person,
      Array.from({ length: 10 }, () => "me.get"),
    );
    const codes = (JSON.parse(batch.text) as { error?: { data: { httpStatus: number } } }[]).map(
      ({ error }) => error?.data.httpStatus ?? 200,
    );
    expect(codes.filter((code) => code === 200)).toHaveLength(6);
    expect(codes.filter((code) => code === 429)).toHaveLength(4);
    expect(batch.headers.get("ratelimit")).toMatch(/^"read";r=0;/);
    expect(batch.headers.get("retry-after")).not.toBeNull();
  });

  it("a batch within is told what is left after all of it", async () => {
    const batch = await send(await house.person(), ["me.get", "me.get", "me.get"]);
    expect(batch.headers.get("ratelimit")).toMatch(/^"read";r=3;/);
    expect(batch.headers.get("retry-after")).toBeNull();
  });

  it("a hundred at once are no more than one after the other", async () => {
    const person = await house.person();
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(person, ["me.get"])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(6);
  });

  it("a refusal costs as an answer does, so probing ends in 429", async () => {
    const [person, other] = [await house.person(), await house.person()];
    const foreign = { "x-workspace-id": other.workspaceId };
    const seen = await statuses(8, () => send(person, ["task.list"], foreign));
    expect(seen).toEqual([403, 403, 403, 403, 403, 403, 429, 429]);
    const another = await house.person();
    const refused = await statuses(7, () => send(another, ["securityEvent.list"]));
    expect(refused).toEqual([403, 403, 403, 403, 403, 403, 429]);
    const third = await house.person();
    const malformed = await statuses(5, () => send(third, ["project.create"], {}, { nonsense: true }));
    expect(malformed).toEqual([400, 400, 400, 400, 429]);
  });

  it("a person is one from fifty addresses", async () => {
    const person = await house.person();
    const seen = await statuses(50, () => send(person, ["me.get"], freshAddress()));
    expect(seen.filter((status) => status === 200)).toHaveLength(6);
  });

  it("nobody is 401, and takes nothing from anybody", async () => {
    expect(await statuses(8, () => send(null, ["me.get"]))).toEqual(Array(8).fill(401));
  });
});
