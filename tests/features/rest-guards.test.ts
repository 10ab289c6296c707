import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorResponse } from "@/server/http/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { limitsOf, statuses } from "@/tests/support/limits";
import { appended, refusals } from "@/tests/support/refusals";
import { callRest } from "@/tests/support/rest";
import { auditRows } from "@/tests/support/team";

let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
});
afterAll(() => house.close());

const create = (title: string, headers: Record<string, string> = {}) =>
  callRest(house, person, "/tasks", { method: "POST", body: { title }, headers });

describe("an idempotency-key", () => {
  it("gives the first answer again, to the byte, and does it once", async () => {
    const key = { "idempotency-key": "rest-1" };
    const before = await auditRows(house);
    const [first, again] = [await create("Once", key), await create("Once", key)];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect([first, again].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
    expect(await auditRows(house)).toBe(before + 1);
  });

  it("stands for the same call by tRPC, because it is the same", async () => {
    const key = { "idempotency-key": "rest-2" };
    const first = await create("Both ways", key);
    const again = await house.call(person, "task.create", { title: "Both ways" }, key);
    expect(again.body.result?.data).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("is 422 for another input and 400 when it is none", async () => {
    const key = { "idempotency-key": "rest-3" };
    await create("One", key);
    expect(await create("Another", key)).toMatchObject({
      status: 422,
      body: { error: { reason: "IDEMPOTENCY_KEY_REUSED" } },
    });
    expect((await create("One", { "idempotency-key": "" })).status).toBe(400);
  });

  it("of one task does not stand for another", async () => {
    const ids = await Promise.all(
      ["a", "b"].map(async (title) => (await person.in().task.create({ title })).id),
    );
    const remove = (id?: string) =>
      callRest(house, person, `/tasks/${id}`, { method: "DELETE", headers: { "idempotency-key": "rest-4" } });
    expect((await remove(ids[0])).status).toBe(200);
    expect((await remove(ids[1])).status).toBe(422);
    expect(await remove(ids[0])).toMatchObject({ status: 200, body: { id: ids[0] } });
  });
});

it("a write is in the audit trail under its procedure, with the request's id", async () => {
  const made = await create("Audited");
  const [row] = await house.admin`
    select action, request_id, actor_id from audit_event where resource_id = ${(made.body as { id: string }).id}`;
  expect(row).toEqual({
    action: "task.create",
    request_id: made.headers.get("x-request-id"),
    actor_id: person.userId,
  });
});

describe("a write from another site", () => {
  it.each([
    ["origin", "https://elsewhere.example"],
    ["origin", "null"],
    ["sec-fetch-site", "cross-site"],
    ["sec-fetch-site", "same-site"],
  ])("with %s: %s is refused, whatever its method, and changes nothing", async (name, value) => {
    const { id } = await person.in().task.create({ title: "Stays" });
    const headers = { [name]: value };
    const writes = [
      callRest(house, person, "/tasks", { method: "POST", body: { title: "x" }, headers }),
      callRest(house, person, `/tasks/${id}`, { method: "PATCH", body: { title: "x" }, headers }),
      callRest(house, person, `/tasks/${id}/move`, { method: "POST", headers }),
      callRest(house, person, `/tasks/${id}`, { method: "DELETE", headers }),
    ];
    for (const answer of await Promise.all(writes))
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining("CROSS_SITE_REQUEST")]);
    expect((await person.in().task.get({ id })).title).toBe("Stays");
  });

  it("is none when it comes from a page of ours", async () => {
    const origin = house.runtime.origins[0] ?? "";
    expect((await create("Ours", { origin, "sec-fetch-site": "same-origin" })).status).toBe(201);
  });
});

describe("a budget", () => {
  it("that is spent is 429 with retry-after, and what REST spends tRPC has spent", async () => {
    const small = await openHouse({ limits: limitsOf("read=3,write=2") });
    const caller = await small.person();
    const read = () => callRest(small, caller, "/me");
    expect(await statuses(4, read)).toEqual([200, 200, 200, 429]);
    const refused = await read();
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("ratelimit-policy")).toBe('"read";q=3;w=86400');
    expect(refused.headers.get("ratelimit")).toMatch(/^"read";r=0;t=\d+$/);
    expect((await small.call(caller, "me.get")).status).toBe(429);
    await small.close();
  });

  it("is spent by refusals too: asking for another's tasks, and by wrong input", async () => {
    const small = await openHouse({ limits: limitsOf("read=3") });
    const [caller, other] = [await small.person(), await small.person()];
    const probe = () => callRest(small, caller, `/users/${other.userId}/tasks`);
    expect(await statuses(4, probe)).toEqual([403, 403, 403, 429]);
    const wrong = () => callRest(small, other, "/tasks?limit=x");
    expect(await statuses(4, wrong)).toEqual([400, 400, 400, 429]);
    await small.close();
  });

  it("and a refusal for another's tasks leave evidence, as in tRPC", async () => {
    const small = await openHouse({ limits: limitsOf("read=2") });
    const [caller, other] = [await small.person(), await small.person()];
    await statuses(3, () => callRest(small, caller, `/users/${other.userId}/tasks`));
    await appended(small);
    // Summed: how refusals fold depends on when they came, and rows sort by a clock that may be set back.
    const counts: Record<string, number> = {};
    for (const { action, target, count } of await refusals(small, small.admin`actor_id = ${caller.userId}`))
      counts[`${action} ${target}`] = (counts[`${action} ${target}`] ?? 0) + count;
    expect(counts).toEqual({ "authz_fail task.list": 2, "excess_rate_limit_exceeded task.list": 1 });
    await small.close();
  });
});

it("an answer that is not kept names its row", async () => {
  const error = { code: "CONFLICT", httpStatus: 409, message: "Done.", reason: "ALREADY_DONE", id: "7" };
  expect(await errorResponse(error, "r").json()).toEqual({
    error: { code: "CONFLICT", message: "Done.", requestId: "r", reason: "ALREADY_DONE", id: "7" },
  });
});

it("a fault of ours is 500 and says nothing but the request id", async () => {
  const broken = await openHouse();
  const caller = await broken.person();
  const reported: unknown[] = [];
  const runtime = {
    ...broken.runtime,
    openTransaction: () => {
      throw new Error("secret inside");
    },
    reportFailure: (_: unknown, where: unknown) => reported.push(where),
  };
  const answer = await callRest({ ...broken, runtime }, caller, "/me");
  expect([answer.status, Object.keys((answer.body as { error: object }).error)]).toEqual([
    500,
    ["code", "message", "requestId"],
  ]);
  expect(answer.text).not.toContain("secret");
  expect(reported).toEqual([{ requestId: expect.any(String), path: "me.get" }]);
  await broken.close();
});
