import { isServerError } from "@/db/transaction/server-error";

/** The database could not be reached, or the connection was lost. Callers answer 503. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
  /** True when the connection was lost during COMMIT: the work may or may not have been kept. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, options: { cause?: unknown; outcomeUnknown?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}

/** A mistake of ours: a statement after the end, after a failure, or of a kind that is refused. */
export class TransactionClosed extends Error {
  override readonly name = "TransactionClosed";
}

/** Whether an error of the driver or of the network says that the connection is gone. Mistakes of ours carry no code. */
export function isLoss(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true;
  return error instanceof Error && "code" in error && !isServerError(error) && !(error instanceof TypeError);
}

export const rolledBack = (cause: unknown) =>
  new TransactionClosed("rolled back: a statement had failed", { cause });
