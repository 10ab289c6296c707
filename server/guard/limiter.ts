import { createHmac } from "node:crypto";
import { type Budgets, LIMITS, type LimitName } from "@/server/guard/limits";
import { STORE_TIMEOUT_MS } from "@/server/platform/limits/commands";
import { Counters } from "@/server/platform/limits/counters";
import { networkOf } from "@/server/platform/limits/network";
import type { LimitStore } from "@/server/platform/limits/store";
import type { Log } from "@/server/platform/log";

/** One request out of one budget. */
export interface Cost {
  name: LimitName;
  /** Whose budget: kind and value, such as `["user", id]`. */
  by: readonly string[];
  /** How many times the usual size this one has; by default once. */
  times?: number;
}

/** What became of a cost. `unchecked`: the store is away and what this process may grant alone is spent. */
export interface Verdict {
  name: LimitName;
  size: number;
  windowMs: number;
  remaining: number;
  /** Milliseconds until it is worth asking again. */
  resetMs: number;
  outcome: "within" | "over" | "unchecked";
}

export interface Limiter {
  /** Spends costs in their order, up to the first that is refused; of those that pass, tells the scarcest. */
  spend(costs: readonly Cost[]): Promise<Verdict> | Verdict;
  /** The budget of a network, counted in this process: no round trip, before anything looks at the request. */
  floor(address: string): Verdict;
}

interface LimiterOptions {
  budgets: Budgets;
  /** Null: this process counts alone. */
  store: LimitStore | null;
  /** Names in the store are digests under it: who reads the store learns no address and no account. */
  secret(): string;
  log: Log;
  /** Told, once a minute at most, that the store is away. */
  alert(): void;
}

/** After a failure the store is left alone for so long: waiting for it in every request would be the outage. */
const REST_MS = 1000;
const ALERT_EVERY_MS = 60_000;

/**
 * Counts in the shared store and, beside it, in this process. The count beside it bounds what a store that is away, slow
 * or lying could let through: this process alone never grants more than the budget, and a tenth where guesses count.
 */
export function createLimiter({ budgets, store, secret, log, alert }: LimiterOptions): Limiter {
  const names = Object.keys(LIMITS) as LimitName[];
  const own = Object.fromEntries(names.map((name) => [name, new Counters()])) as Record<LimitName, Counters>;
  let isAway = false;
  let restsUntil = 0;
  let alertedAt = -ALERT_EVERY_MS;

  const away = (error: unknown) => {
    isAway = true;
    restsUntil = performance.now() + REST_MS;
    if (performance.now() - alertedAt < ALERT_EVERY_MS) return;
    alertedAt = performance.now();
    const why = error instanceof Error ? error.message : "no error object";
    log.warn({ event: "limit_store_down", why }, "budgets are counted by this process alone");
    alert();
  };
  const answered = () => {
    if (isAway) log.info({ event: "limit_store_up" }, "budgets are counted together again");
    isAway = false;
  };

  const sizeOf = ({ name, times = 1 }: Cost) => budgets[name].size * times;
  const spendHere = (cost: Cost) =>
    own[cost.name].spend(JSON.stringify(cost.by), sizeOf(cost), budgets[cost.name].windowMs);
  const verdictOn =
    (cost: Cost) =>
    (outcome: Verdict["outcome"], remaining: number, endsAt: number): Verdict => ({
      name: cost.name,
      size: sizeOf(cost),
      windowMs: budgets[cost.name].windowMs,
      outcome,
      remaining,
      resetMs: outcome === "unchecked" ? REST_MS : Math.max(0, endsAt - Date.now()),
    });

  const spendAlone = (cost: Cost): Verdict => {
    const { remaining, endsAt } = spendHere(cost);
    return verdictOn(cost)(remaining < 0 ? "over" : "within", Math.max(0, remaining), endsAt);
  };

  const spendShared = async (shared: LimitStore, cost: Cost, deadline: number): Promise<Verdict> => {
    const { name, by } = cost;
    const { windowMs } = budgets[name];
    const size = sizeOf(cost);
    const charged = spendHere(cost);
    const verdict = verdictOn(cost);
    if (charged.remaining < 0) return verdict(isAway ? "unchecked" : "over", 0, charged.endsAt);
    try {
      if (performance.now() < restsUntil) throw RESTING;
      const key = createHmac("sha256", secret())
        .update(JSON.stringify(["limit", name, ...by]))
        .digest("base64url");
      const count = await before(deadline, shared.charge({ name, size, windowMs }, key));
      answered();
      if (!count.isWithin) charged.giveBack();
      return verdict(count.isWithin ? "within" : "over", count.remaining, count.endsAt);
    } catch (error) {
      if (error !== RESTING) away(error);
      const allowed = LIMITS[name].alone === "tenth" ? Math.max(1, Math.floor(size / 10)) : size;
      const left = allowed - (size - charged.remaining);
      if (left >= 0) return verdict("within", left, charged.endsAt);
      charged.giveBack();
      return verdict("unchecked", 0, charged.endsAt);
    }
  };

  const spendAllShared = async (shared: LimitStore, costs: readonly Cost[]): Promise<Verdict> => {
    const deadline = performance.now() + STORE_TIMEOUT_MS;
    const verdicts: Verdict[] = [];
    for (const cost of costs) {
      const verdict = await spendShared(shared, cost, deadline);
      if (verdict.outcome !== "within") return verdict;
      verdicts.push(verdict);
    }
    return scarcest(verdicts);
  };

  const spendAllAlone = (costs: readonly Cost[]): Verdict => {
    const verdicts: Verdict[] = [];
    for (const cost of costs) {
      const verdict = spendAlone(cost);
      if (verdict.outcome !== "within") return verdict;
      verdicts.push(verdict);
    }
    return scarcest(verdicts);
  };

  return {
    spend: (costs) => (store ? spendAllShared(store, costs) : spendAllAlone(costs)),
    floor: (address) => {
      const { size, windowMs } = budgets.floor;
      const { remaining, endsAt } = own.floor.spend(networkOf(address), size, windowMs);
      const outcome = remaining < 0 ? "over" : "within";
      const resetMs = endsAt - Date.now();
      return { name: "floor", size, windowMs, remaining: Math.max(0, remaining), resetMs, outcome };
    },
  };
}

const RESTING = new Error("the limit store is left alone for a moment");

function scarcest(verdicts: readonly Verdict[]): Verdict {
  const [first, ...others] = verdicts;
  if (!first) throw new Error("a request without a cost would be free");
  return others.reduce((least, one) => (one.remaining < least.remaining ? one : least), first);
}

/** @throws when the deadline (of `performance.now()`) passes first. */
function before<Value>(deadline: number, value: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error("the limit store is late")),
      Math.max(0, deadline - performance.now()),
    );
  });
  return Promise.race([value, late]).finally(() => clearTimeout(timer));
}
