/**
 * Every budget there is, on one screen: how many requests in which sliding window, counted by what. A procedure names
 * its budget at its declaration, a route of Better Auth in `http/auth-routes.ts`. HOLDFAST_LIMITS changes size and
 * window by name; what happens when the store that counts them is away is in `guard/limiter.ts`.
 */

/** So many requests in so many milliseconds. */
export interface Budget {
  size: number;
  windowMs: number;
}

interface Limit extends Budget {
  by: string;
  /** What one process may grant by itself while the shared store does not answer: a tenth where guesses count. */
  alone: "tenth" | "whole";
  why: string;
}

const MINUTE = 60_000;

// biome-ignore format: a table is read in columns
export const LIMITS = {
  floor:     { size: 3000, windowMs:     MINUTE, alone: "whole", by: "address, in this process", why: "One source may not keep a process busy." },
  auth:      { size:   20, windowMs: 5 * MINUTE, alone: "tenth", by: "address; account at address; account ×10; signed-in user", why: "Passwords and links are not to be guessed." },
  read:      { size:  600, windowMs:     MINUTE, alone: "whole", by: "user; key and its user", why: "People read in bursts; a copy of everything takes a while." },
  write:     { size:  120, windowMs:     MINUTE, alone: "whole", by: "user; key and its user", why: "Two changes a second is more than hands do." },
  sensitive: { size:   10, windowMs: 5 * MINUTE, alone: "tenth", by: "user", why: "What gives or takes rights is done seldom." },
  export:    { size:    5, windowMs: 5 * MINUTE, alone: "tenth", by: "user", why: "An export is much data for one request." },
  service:   { size: 3000, windowMs:     MINUTE, alone: "whole", by: "service", why: "Programs poll, and say who they are." },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;
/** Budgets that a procedure may name. */
export type CallLimit = Exclude<LimitName, "floor" | "auth">;
export type Budgets = Readonly<Record<LimitName, Budget>>;

/** In production these two stay within ten times their default, whatever anybody sets. */
const CAPPED: readonly LimitName[] = ["auth", "sensitive"];
const UNITS: Record<string, number> = { s: 1000, m: MINUTE, h: 60 * MINUTE };
const LONGEST_MS = 24 * 60 * MINUTE;

/** The table under the changes of HOLDFAST_LIMITS ("read=600/1m,auth=10/5m"), and what is wrong with them. */
export function budgetsOf(text: string, isProduction: boolean): { budgets: Budgets; faults: string[] } {
  const changed: Partial<Record<LimitName, Budget>> = {};
  const faults: string[] = [];
  for (const entry of text.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const [, name = "", size = "", count = "", unit = ""] =
      /^(\w+)=(\d{1,9})\/(\d{1,5})([smh])$/.exec(entry) ?? [];
    const budget = { size: Number(size), windowMs: Number(count) * (UNITS[unit] ?? 0) };
    if (budget.size < 1 || budget.windowMs < 1000 || budget.windowMs > LONGEST_MS)
      faults.push(
        `HOLDFAST_LIMITS has the entry "${entry}"; write name=requests/window, such as read=600/1m, of at most 24h.`,
      );
    else if (!isLimitName(name))
      faults.push(
        `HOLDFAST_LIMITS names the budget "${name}", which is not one of ${Object.keys(LIMITS).join(", ")}.`,
      );
    else if (isProduction && CAPPED.includes(name) && rate(budget) > 10 * rate(LIMITS[name]))
      faults.push(`HOLDFAST_LIMITS raises ${name} above ten times its default; lower it.`);
    else changed[name] = budget;
  }
  return { budgets: { ...defaults(), ...changed }, faults };
}

function defaults(): Budgets {
  const entries = Object.entries(LIMITS).map(([name, { size, windowMs }]) => [name, { size, windowMs }]);
  return Object.fromEntries(entries) as Budgets;
}

const isLimitName = (name: string): name is LimitName => Object.hasOwn(LIMITS, name);
const rate = ({ size, windowMs }: Budget) => size / windowMs;
