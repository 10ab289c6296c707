import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectForTransactions, type TransactionPool } from "@/db/client";
import { kept } from "@/db/kept";
import { task } from "@/db/schema/task";
import { inWorkspace, ownOrAny, type Scope } from "@/db/scope";
import { openTransaction, type Transaction } from "@/db/transaction";
import type { Runtime } from "@/server/runtime";
import { callOverHttp, type House, openHouse, type Person } from "@/tests/support/house";

/** A query that is written once serves every caller: nothing of the first may stay in it. */
let house: House;
let people: [Person, Person];
let pool: TransactionPool;
beforeAll(async () => {
  house = await openHouse();
  pool = connectForTransactions(house.database.adminUrl, { max: 1, prepare: true });
  people = [await house.person(), await house.person()];
  for (const [index, person] of people.entries())
    await house.call(person, "task.create", { title: `Of ${index}` });
});
afterAll(async () => {
  await pool.end({ timeout: 5 });
  await house.close();
});

const titles = kept((tx, scope, values: { title?: string | undefined }) =>
  tx
    .select({ title: task.title })
    .from(task)
    .where(
      sql.join(
        [
          inWorkspace(task, scope),
          ...[ownOrAny(task, scope), values.title && eq(task.title, values.title)].filter(Boolean),
        ] as never[],
        sql` and `,
      ),
    ),
);

/** Behind the walls, so that the query alone decides what is seen. */
async function asked<Rows>(
  person: Person,
  reach: Scope["reach"],
  ask: (scope: Scope) => Promise<Rows>,
): Promise<Rows> {
  const transaction: Transaction = openTransaction(pool, {
    ...{ role: "postgres" as never, workspaceId: null, userId: null, reach: "any", workspaceIds: [] },
  });
  const { workspaceId, userId } = person;
  const scope = { unsafe: transaction.unsafe, tx: transaction.db, workspaceId, userId, reach, changes: [] };
  try {
    return await ask(scope as unknown as Scope);
  } finally {
    await transaction.rollback();
  }
}

describe("a kept query", () => {
  it("tells each caller their own, in every form, whoever came first", async () => {
    for (const reach of ["any", "own"] as const)
      for (const [index, person] of [...people.entries(), ...people.entries()]) {
        const title = `Of ${index}`;
        expect(await asked(person, reach, (scope) => titles(scope, {}))).toEqual([{ title }]);
        expect(await asked(person, reach, (scope) => titles(scope, { title }))).toEqual([{ title }]);
        expect(await asked(person, reach, (scope) => titles(scope, { title: `Of ${1 - index}` }))).toEqual(
          [],
        );
      }
  });

  it("that would keep a value of one caller is refused before it is sent", async () => {
    const [{ workspaceId }] = people;
    const leaking = kept((tx, _, __: object) =>
      tx.select({ title: task.title }).from(task).where(eq(task.workspaceId, workspaceId)),
    );
    await expect(asked(people[0], "any", async (scope) => leaking(scope, {}))).rejects.toThrow(
      "holds a value of one call",
    );
    // A default that is made when the row is: every row would have the id of the first.
    const sameId = kept((tx, scope, values: { title: string }) =>
      tx.insert(task).values({ ...values, workspaceId: scope.workspaceId, ownerId: scope.userId }),
    );
    await expect(asked(people[0], "any", async (scope) => sameId(scope, { title: "x" }))).rejects.toThrow(
      "holds a value of one call",
    );
  });
});

describe("what is no mutation", () => {
  it("can not write, whatever its code says", async () => {
    const [{ userId, workspaceId }] = people;
    const settings = { workspaceId, userId, reach: "any", workspaceIds: [workspaceId] } as const;
    const transaction = house.runtime.openTransaction({
      ...{ ...settings, role: "holdfast_tenant", readOnly: true },
    });
    const change = transaction.db
      .update(task)
      .set({ title: "Changed" })
      .where(eq(task.workspaceId, workspaceId));
    await expect(change).rejects.toMatchObject({ cause: { code: "25006" } });
    await transaction.rollback();
  });

  it("is run so: a read is read-only, a write is not", async () => {
    const seen: (boolean | undefined)[] = [];
    const runtime: Runtime = {
      ...house.runtime,
      openTransaction: (settings) => {
        seen.push(settings.readOnly);
        return house.runtime.openTransaction(settings);
      },
    };
    await callOverHttp(runtime, { person: people[0], path: "task.list" });
    await callOverHttp(runtime, { person: people[0], path: "task.create", input: { title: "x" } });
    await callOverHttp(runtime, { person: people[0], path: "task.changes", input: {} });
    expect(seen.slice(0, 2)).toEqual([true, false]);
    expect(new Set(seen.slice(2))).toEqual(new Set([true]));
  });
});
