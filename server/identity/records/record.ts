import type { Principal } from "@/server/identity/identity";

/** What a credential names: a session by the token of its cookie, a session by its id, or a key by its digest. */
export type Handle =
  | { by: "cookie"; token: string }
  | { by: "session"; id: string }
  | { by: "key"; digest: string };

/** What is kept in memory of a credential. Whatever may end it is in it, and looked at on each call. */
export interface AccessRecord {
  /** As found behind this handle. Shared by all who present the handle: a caller that needs another one makes a copy. */
  principal: Principal;
  /** Milliseconds since 1970 at which the session or key ends. */
  expiresAt: number;
}

/** Reads a record from the database; undefined: no such credential, or nobody may use it. */
export type LoadRecord = (handle: Handle) => Promise<AccessRecord | undefined>;

export interface Records {
  /**
   * The principal behind a handle; undefined: nobody's. At once when it is known: each promise is a part of what a call costs.
   * @throws DatabaseUnavailable when nobody can tell.
   */
  find(handle: Handle): Promise<Principal | undefined> | Principal | undefined;
  /** Resolves when what was committed before the call is out of this process's memory. */
  settle(): Promise<void>;
  /** Calls `bell` when something may have changed in somebody's access; answers what ends that. */
  onDrop(userId: string, bell: () => void): () => void;
}
