/** The embedded database cannot be used. The message is one line: what is wrong, and how to mend it. */
export class EmbeddedDatabaseError extends Error {
  override name = "EmbeddedDatabaseError";
}

/** The errno of a failed system call ("EACCES"), or undefined. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
