import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { protectedProcedure, router } from "@/server/guard/procedures";
import { createContext } from "@/server/http/context";
import { handleTrpc } from "@/server/http/trpc";
import { expectConflict } from "@/tests/support/answers";
import { holdAt } from "@/tests/support/hold";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { auditRows } from "@/tests/support/team";

let house: House;
let person: Person;
let key: string;
beforeAll(async () => {
  house = await openHouse();
});
beforeEach(async () => {
  key = randomUUID();
  person = await house.person();
});
afterAll(() => house.close());

const create = (title: string, under = key) =>
  house.call(person, "task.create", { title }, { "idempotency-key": under });
const state = async () => ({
  tasks: (await house.admin`select 1 from task where owner_id = ${person.userId}`).length,
  records: (await house.admin`select 1 from idempotency_record where owner_id = ${person.userId}`).length,
  events: await auditRows(house),
});

describe("a key", () => {
  it.each([
    ["one character", "x"],
    ["255 characters", "k".repeat(255)],
    ["punctuation", '"8e03978e-40d5"/+=~!'],
  ])("of %s is taken", async (_, good) => {
    expect((await create("Good", good)).status).toBe(200);
    expect((await state()).records).toBe(1);
  });

  it.each([
    ["nothing", ""],
    ["256 characters", "k".repeat(256)],
    ["a space within", "a b"],
    ["two headers", "a, b"],
    ["a letter beyond ASCII", "é"],
    ["a control character", "a\u007f"],
  ])("of %s is refused", async (_, malformed) => {
    const before = await state();
    const answer = await create("Bad", malformed);
    const { code, reason } = answer.body.error?.data ?? {};
    expect([answer.status, code, reason]).toEqual([400, "BAD_REQUEST", "IDEMPOTENCY_KEY_MALFORMED"]);
    expect(await state()).toEqual(before);
  });

  it("says nothing on a read", async () => {
    for (const under of [key, "not a key", ""])
      expect((await house.call(person, "task.list", {}, { "idempotency-key": under })).status).toBe(200);
    expect((await state()).records).toBe(0);
  });
});

describe("a batch", () => {
  const batch = async (count: number) => {
    const paths = Array.from({ length: count }, () => "task.create").join(",");
    const response = await handleTrpc(
      house.runtime,
      new Request(new URL(`/api/trpc/${paths}?batch=1`, house.runtime.env.baseUrl), {
        method: "POST",
        headers: { cookie: person.cookie, "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(
          Object.assign(
            {},
            Array.from({ length: count }, () => ({ title: "Of a batch" })),
          ),
        ),
      }),
    );
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it("of two is refused, and does nothing", async () => {
    const before = await state();
    const { status, text } = await batch(2);
    expect(status).toBe(400);
    expect(text.match(/IDEMPOTENCY_KEY_ON_BATCH/g)).toHaveLength(2);
    expect(await state()).toEqual(before);
  });

  it("of one is one call", async () => {
    const first = await batch(1);
    const again = await batch(1);
    expect([first.status, again.text, again.headers.get("idempotency-replayed")]).toEqual([
      200,
      first.text,
      "true",
    ]);
    expect((await state()).tasks).toBe(1);
  });
});

describe("while the first call is running", () => {
  it.each(["insert", "commit"] as const)("at its %s, a second is told so at once", async (moment) => {
    const hold = await holdAt(house.database.adminUrl, "task", moment);
    const first = create("Slow");
    await hold.reached(1);
    expectConflict(await create("Slow"), "IDEMPOTENCY_IN_PROGRESS");
    expectConflict(await create("Other"), "IDEMPOTENCY_IN_PROGRESS");
    const elsewhere = house.call(
      await house.person(),
      "task.create",
      { title: "Slow" },
      { "idempotency-key": key },
    );
    await hold.reached(2);
    await hold.release();
    expect((await elsewhere).status).toBe(200);
    expect((await create("Slow")).text).toBe((await first).text);
    expect(await state()).toMatchObject({ tasks: 1, records: 1 });
  });

  it.each(["task", "audit_event", "idempotency_record"])(
    "a connection that dies at %s leaves nothing, and the key free",
    async (table) => {
      for (const moment of ["insert", "commit"] as const) {
        const before = await state();
        const hold = await holdAt(house.database.adminUrl, table, moment);
        const first = create(`Killed at ${moment}`, moment);
        await hold.reached(1);
        await hold.kill();
        expect((await first).status).toBe(503);
        await hold.release();
        expect(await state()).toEqual(before);
        const again = await create(`Killed at ${moment}`, moment);
        expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([200, null]);
        expect(await state()).toEqual({
          tasks: before.tasks + 1,
          records: before.records + 1,
          events: before.events + 1,
        });
      }
    },
  );

  it("no audit row means no answer is kept either", async () => {
    const before = await state();
    await house.admin`revoke insert on audit_event from holdfast_tenant`;
    expect((await create("Unwritten")).status).toBe(503);
    await house.admin`grant insert on audit_event to holdfast_tenant`;
    expect(await state()).toEqual(before);
    await house.admin`revoke insert on idempotency_record from holdfast_tenant`;
    expect((await create("Unkept")).status).toBe(403);
    await house.admin`grant insert on idempotency_record to holdfast_tenant`;
    expect(await state()).toEqual(before);
    expect((await create("Unkept")).status).toBe(200);
  });
});

describe("an answer", () => {
  const id = randomUUID();
  let runs = 0;
  const policy = { permission: "project:create", limit: "write", audit: "project.create" } as const;
  const planted = router({
    secret: protectedProcedure({ ...policy, secret: true })
      .input(z.strictObject({}))
      .output(z.object({ id: z.string(), token: z.string() }))
      .mutation(() => ({ id, token: `hf_secret_${++runs}` })),
    broken: protectedProcedure(policy)
      .input(z.strictObject({}))
      .output(z.object({ id: z.string() }))
      .mutation(() => ({ id: 7 }) as unknown as { id: string }),
  });
  const caller = () =>
    planted.createCaller(
      createContext(house.runtime, {
        headers: new Headers({ cookie: person.cookie, "idempotency-key": key }),
      }),
    );

  it("that holds a secret is shown once, and kept nowhere", async () => {
    expect(await caller().secret({})).toEqual({ id, token: "hf_secret_1" });
    const error = await caller()
      .secret({})
      .catch((caught: { cause: unknown }) => caught.cause);
    expect(error).toMatchObject({
      answer: { httpStatus: 409, code: "CONFLICT", reason: "ALREADY_DONE", id },
    });
    expect(runs).toBe(1);
    const [record] =
      await house.admin`select r::text as text, answer from idempotency_record r where key = ${key}`;
    expect([record?.answer, record?.text.includes("hf_secret")]).toEqual([null, false]);
  });

  it("that its own schema refuses is not kept", async () => {
    await expect(caller().broken({})).rejects.toThrow();
    expect((await state()).records).toBe(0);
  });
});

describe.each(["holdfast_tenant", "holdfast_identity", "holdfast_security"])("the role %s", (role) => {
  let login: postgres.Sql;
  beforeAll(() => {
    login = postgres(house.database.appUrl, { max: 1, onnotice: () => {} });
  });
  afterAll(() => login.end({ timeout: 5 }));

  const as = <T>(who: Person, workspaceId: string, work: (sql: postgres.TransactionSql) => Promise<T>) =>
    login
      .begin(async (sql) => {
        await sql`select set_config('role', ${role}, true), set_config('app.workspace_id', ${workspaceId}, true),
          set_config('app.user_id', ${who.userId}, true), set_config('app.reach', 'any', true)`;
        return work(sql);
      })
      .catch((error: { code: string }) => error.code);
  const read = async (who: Person, workspaceId: string) =>
    as(who, workspaceId, async (sql) => (await sql`select 1 from idempotency_record`).length);

  it("reads the caller's own records in this workspace, whatever its reach", async () => {
    const admin = await house.person();
    await house.join(admin, person.workspaceId, "admin");
    const second = await person.in().workspace.create({ name: "Second" });
    await create("Mine");
    expect(await read(person, person.workspaceId)).toBe(1);
    expect(await read(person, second.id)).toBe(0);
    expect(await read(admin, person.workspaceId)).toBe(0);
  });

  it("writes none for another, and changes, removes or revives none", async () => {
    const other = await house.person();
    const at = person.workspaceId;
    await create("Stands");
    const insert = (who: Person, workspaceId: string) =>
      as(person, at, async (sql) => {
        await sql`insert into idempotency_record (workspace_id, owner_id, key, procedure, fingerprint, reach)
          values (${workspaceId}, ${who.userId}, ${randomUUID()}, 'task.create', 'x', 'own')`;
        return "written";
      });
    expect([await insert(other, at), await insert(person, other.workspaceId)]).toEqual(["42501", "42501"]);
    expect(await insert(person, at)).toBe("written");
    expect(await as(person, at, (sql) => sql`update idempotency_record set answer = null`)).toBe("42501");
    expect(await as(person, at, (sql) => sql`delete from idempotency_record`)).toBe("42501");
    const before = (await state()).records;
    await as(person, at, (sql) => sql`select forget_expired_answers(${key})`);
    expect((await state()).records).toBe(before);
  });
});
