import type { Work } from "@/tests/bench/peers/peer";

/** A change of one place of the source. */
interface Change {
  file: string;
  from: string;
  to: string;
}

/** Something that was done for speed, and how the source reads without it. */
export interface Lever {
  name: string;
  /** Lines of Holdfast's that it is for: what is asked, and in which way or with what wrong. */
  lines: readonly (readonly [work: Work, way: string])[];
  without: readonly Change[];
  /** Without it, tRPC is taken as it is published. */
  published?: true;
}

const change = (file: string, from: string, to: string): Change => ({ file, from, to });
const LIST = ["list", "JWT"] as const;
const LIST_BY_COOKIE = ["list", "cookie"] as const;
const CREATE = ["create", "JWT"] as const;

/** Where the source changes, `from` has to follow: a lever that fits nowhere ends the bench. */
export const LEVERS: readonly Lever[] = [
  {
    name: "session records in memory",
    lines: [LIST_BY_COOKIE],
    without: [
      change("server/identity/records/records.ts", "if (found && isFresh &&", "if (!found && isFresh &&"),
    ],
  },
  {
    name: "verified tokens remembered",
    lines: [LIST],
    without: [change("server/identity/tokens/verify.ts", "remember(digest, { claims, kid });", "")],
  },
  {
    name: "cookie verified once a request",
    lines: [LIST_BY_COOKIE],
    without: [
      change(
        "server/identity/session-cookie.ts",
        "if (last?.header === header &&",
        "if (last?.header === null &&",
      ),
    ],
  },
  {
    name: "queries written once, prepared",
    // Not a create: its COMMIT leaves in the same turn as the audit row, which Drizzle would send a turn later.
    lines: [LIST],
    without: [
      change(
        "db/kept.ts",
        "  return async (scope, values) => {\n",
        "  return async (scope, values) => {\n    if (scope) return build(scope.tx, scope, values) as unknown as Rows;\n",
      ),
    ],
  },
  {
    name: "ROLLBACK of a read with the next BEGIN",
    lines: [LIST],
    without: [
      change(
        "db/transaction.ts",
        "this.#pool.leases.linger(this.#held);",
        'await this.#held.end("rollback");',
      ),
    ],
  },
  {
    name: "COMMIT in the packet of the audit row",
    lines: [CREATE],
    without: [
      change(
        "db/transaction.ts",
        "const follows = !this.#settings.readOnly && this.#held?.isBegun;",
        "const follows = false;",
      ),
    ],
  },
  {
    // One of the two that the driver's own query lays there, without its promise.
    name: "no function of a request in V8's old space",
    lines: [LIST, CREATE],
    without: [
      change(
        "db/transaction/statement-query.ts",
        "this.resolve = reply.resolve;",
        "this.resolve = (rows) => reply.resolve(rows);",
      ),
    ],
  },
  {
    name: "the identity written field by field",
    lines: [LIST],
    without: [
      change(
        "server/guard/middleware/identify.ts",
        "return Object.assign(copyOf(principal), { workspaceId, workspaceRole, permissions });",
        "return { ...principal, workspaceId, workspaceRole, permissions };",
      ),
    ],
  },
  {
    name: "plain calls without Web objects",
    lines: [LIST, CREATE],
    without: [
      change(
        "server/http/exchange.ts",
        "(await mount.answer?.(call, requestId)) ?? mount.handle(web(), requestId)",
        "mount.handle(web(), requestId)",
      ),
    ],
  },
  {
    name: "schemas asked in step",
    lines: [LIST],
    without: [
      change(
        "server/guard/compiled.ts",
        "return Object.assign(schema, { parseAsync: (value: unknown) => schema.parse(value) }) as typeof schema;",
        "return schema;",
      ),
    ],
  },
  {
    name: "what is known answered without a promise",
    lines: [LIST],
    without: [
      change("server/identity/records/records.ts", "find: (handle) => {", "find: async (handle) => {"),
      change("server/guard/limiter.ts", "spend: (costs) => (store", "spend: async (costs) => (store"),
      change("server/identity/tokens/verify.ts", "return (token) => {", "return async (token) => {"),
    ],
  },
  {
    name: "tRPC compiled from its source",
    lines: [LIST, CREATE],
    without: [],
    published: true,
  },
  {
    name: "signature looked at before jose",
    lines: [["refuse", "tampered JWT"]],
    without: [change("server/identity/tokens/verify.ts", "if (!key || !isSigned(token, key))", "if (!key)")],
  },
  {
    name: "expiry looked at before the signature",
    lines: [["refuse", "expired JWT"]],
    without: [change("server/identity/tokens/verify.ts", 'if (typeof exp === "number" &&', "if (!exp &&")],
  },
  {
    name: "no parser's error for what is no JSON",
    lines: [["refuse", "malformed JWT"]],
    without: [
      change("server/identity/tokens/presented.ts", "if (!/^\\s*\\{/.test(text)) return undefined;", ""),
    ],
  },
];
