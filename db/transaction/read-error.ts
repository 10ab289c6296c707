import type { DatabaseUnavailable } from "@/db/transaction/failure";
import { isServerError } from "@/db/transaction/server-error";

/** By name: an error may come from the other module graph of this process, where `instanceof` says no. */
const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

/** The first of an error and its causes that fits. Drizzle wraps what the driver throws; ours are not unwrapped. */
function within<T>(error: unknown, fits: (at: unknown) => at is T): T | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (fits(at)) return at;
    if (isNamed(at, "TransactionClosed") || isNamed(at, "DatabaseUnavailable")) return undefined;
  }
  return undefined;
}

/** The SQLSTATE of an error, wrapped or not: "23503". Undefined when PostgreSQL did not raise it. */
export function sqlState(error: unknown): string | undefined {
  return within(error, isServerError)?.code;
}

/** The name of the constraint that was violated, else undefined. */
export function violatedConstraint(error: unknown): string | undefined {
  return within(error, isServerError)?.constraint_name;
}

/** The DatabaseUnavailable within an error, wrapped or not. */
export function unavailable(error: unknown): DatabaseUnavailable | undefined {
  return within(error, (at): at is DatabaseUnavailable => isNamed(at, "DatabaseUnavailable"));
}
