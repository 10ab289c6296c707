import type { Fault } from "@/server/guard/fault";

/** A way in that is no procedure: a file of Next's, a route of Better Auth's, or one for tokens. */
export interface RouteCoverage {
  name: string;
  kind: "file route" | "auth route" | "token route";
  /** The file to look into. */
  place: string;
  /** What stands before it, or why nothing does. */
  guard: string;
  authentication: string;
  limit: string;
  /** The event that is written, or why there is none. */
  audit: string;
  /** The keys that a body may hold. */
  body: string;
  faults: Fault[];
}
