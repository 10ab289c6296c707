import { sqlState } from "@/db/transaction/read-error";

/** Drizzle puts a query and its values into its message: only the state, the kind and the place are kept. */
export function describeFailure(error: unknown): Record<string, unknown> {
  const root = rootCause(error);
  const frames = root.stack
    ?.split("\n")
    .filter((line) => line.trimStart().startsWith("at "))
    .slice(0, 6);
  return {
    kind: root.name,
    sqlState: sqlState(error),
    message: sqlState(error) ? undefined : root.message,
    frames,
  };
}

function rootCause(error: unknown): Error {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  return current instanceof Error ? current : new Error("not an error object");
}
