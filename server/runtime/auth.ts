import { overPool, type Sql } from "@/db/client";
import type { Env } from "@/server/env";
import { REACHABLE_AUTH_PATHS } from "@/server/http/auth-routes";
import { isServed } from "@/server/http/auth-routes-oidc";
import { type Auth, createAuth } from "@/server/identity/auth";
import type { Factors } from "@/server/identity/factors/factors";
import { createLiveAuth } from "@/server/identity/live-auth";
import { createHashing, type Hashing } from "@/server/identity/passwords";
import type { Log } from "@/server/platform/log";
import type { Letter } from "@/server/platform/mail/letter";
import type { LiveSecrets } from "@/server/platform/secrets/live";

interface AuthParts {
  env: Env;
  /** As Better Auth's login. */
  sql: Sql;
  secrets: LiveSecrets;
  factors: Factors;
  origins: string[];
  postMail(letter: Letter): void;
  log: Log;
}

/** Better Auth, and the hashing in turns that outlives its instances. */
export function openAuth({ env, sql, secrets, ...parts }: AuthParts): { auth: Auth; hashing: Hashing } {
  const hashing = createHashing();
  const auth = createLiveAuth(secrets, (versions) =>
    createAuth({
      ...parts,
      hashing,
      db: overPool(sql),
      baseUrl: env.baseUrl,
      ...versions,
      reachable: new Set([...REACHABLE_AUTH_PATHS].filter((path) => isServed(path, env.oidc))),
      verifyEmail: env.mode === "production",
      oidc: env.oidc,
    }),
  );
  return { auth, hashing };
}
