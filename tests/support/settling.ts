import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";

/**
 * A connection whose statements are ended when the product has heard of them: what a test does behind its back reaches it
 * a millisecond later, and the next call would race it.
 */
export function settling(sql: postgres.Sql, settle: () => Promise<void>): postgres.Sql {
  const late = (pending: PromiseLike<unknown>) => {
    const then = pending.then.bind(pending);
    return Object.assign(pending, {
      // biome-ignore lint/suspicious/noThenProperty: the driver's queries are lazy thenables, and stay so.
      then: (resolved: never, rejected: never) =>
        then(async (value) => {
          await settle();
          return value;
        }).then(resolved, rejected),
    });
  };
  return new Proxy(sql, {
    apply: (target, self, args) => lateIfPending(Reflect.apply(target, self, args), late),
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name !== "unsafe" && name !== "begin") return value;
      return (...args: unknown[]) => late((value as (...given: unknown[]) => PromiseLike<unknown>)(...args));
    },
  });
}

function lateIfPending(value: unknown, late: (pending: PromiseLike<unknown>) => unknown): unknown {
  return typeof value === "object" && value !== null && "then" in value
    ? late(value as PromiseLike<unknown>)
    : value;
}

/**
 * Resolves when every transaction that began before has ended, of whichever database on this server: until then nothing is
 * told that came after one of them, and test files side by side keep each other waiting.
 */
export async function untilSettled(sql: postgres.Sql): Promise<void> {
  const [now] = await sql<{ xid: string }[]>`select pg_current_xact_id()::text as xid`;
  for (;;) {
    const [seen] = await sql<
      { xmin: string }[]
    >`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`;
    if (BigInt(seen?.xmin ?? 0) > BigInt(now?.xid ?? 0)) return;
    await sleep(10);
  }
}
