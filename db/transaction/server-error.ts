/** What PostgreSQL answers when it refuses a statement. */
export interface ServerError extends Error {
  code: string;
  constraint_name?: string;
}

/** Whether PostgreSQL itself answered with this error: the connection is then alive, and in step. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && "severity" in error && "code" in error && typeof error.code === "string";
}
