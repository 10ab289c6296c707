/** What PostgreSQL answers when it refuses a statement. */
export interface ServerError extends Error {
  code: string;
  constraint_name?: string;
  table_name?: string;
  /** The statements of functions and triggers in which it happened. */
  where?: string;
}

/** Whether PostgreSQL itself answered with this error: the connection is then alive, and in step. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && "severity" in error && "code" in error && typeof error.code === "string";
}

/**
 * Whether the audit trail refused a row, of ours or of a trigger: the change is undone with it, and what the caller sent is
 * not at fault.
 */
export function isRefusedByTrail(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (isServerError(at)) return isOfTrail(at);
  return false;
}

function isOfTrail({ table_name, where = "" }: ServerError): boolean {
  const isTable = table_name === "audit_event" || table_name === "audit_detail";
  return isTable || /\binto audit_(?:event|detail)\b/i.test(where);
}
