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
