import { faultsOfOidc } from "@/server/env/oidc";
import type { Variables } from "@/server/env/variables";
import { type DatedVersions, firstVersion, type Versions } from "@/server/platform/secrets/versions";

export type Mode = "embedded" | "development" | "production";

/** What is wrong with variables that are well formed each: one line for each, with its mending. */
export function faultsOf(mode: Mode, read: Variables): string[] {
  return [
    ...faultsOfMode(mode, read),
    ...faultsOfHeads(mode, read),
    ...faultsOfLimitStore(mode, read),
    ...faultsOfOidc(mode, read),
  ];
}

/** Who can change heads on their way can hide a cut tail. */
function faultsOfHeads(mode: Mode, { AUDIT_HEADS_URL: url }: Variables): string[] {
  if (!url) return [];
  const { protocol, hostname, username, password } = new URL(url);
  if (username || password)
    return ["AUDIT_HEADS_URL holds a user or a password, which are not sent; put a token into its path."];
  const isNear = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  return protocol === "https:" || (isNear && mode !== "production")
    ? []
    : ["AUDIT_HEADS_URL must be https; http is for this machine, outside production."];
}

function faultsOfMode(mode: Mode, read: Variables): string[] {
  const faults: string[] = [];
  if (mode !== "embedded" && !read.DATABASE_URL) {
    faults.push(
      `DATABASE_URL is missing; ${mode} mode needs a PostgreSQL server (without it, use HOLDFAST_MODE=embedded).`,
    );
  }
  if (mode === "embedded" && read.DATABASE_URL) {
    faults.push(
      "DATABASE_URL is set, but HOLDFAST_MODE=embedded starts its own server; unset one of the two.",
    );
  }
  if (read.AUDIT_KEY && read.AUDIT_KEYS)
    faults.push("AUDIT_KEY and AUDIT_KEYS are both set; AUDIT_KEY is version 1 of AUDIT_KEYS: unset it.");
  if (read.BETTER_AUTH_SECRET && read.BETTER_AUTH_SECRETS)
    faults.push(
      "BETTER_AUTH_SECRET and BETTER_AUTH_SECRETS are both set; name the first among the second, with its end, and unset it.",
    );
  if (read.MTLS_HEADER && read.TRUSTED_PROXIES.length === 0)
    faults.push(
      "MTLS_HEADER is set and TRUSTED_PROXIES is empty: nobody's word about a certificate would count; name the proxies.",
    );
  if (mode !== "production") {
    if (!["127.0.0.1", "localhost", "::1"].includes(read.HOST)) {
      faults.push(
        `HOST ${read.HOST} is reachable from elsewhere, and ${mode} mode is for this machine only; use 127.0.0.1 or HOLDFAST_MODE=production.`,
      );
    }
    return faults;
  }
  if (!read.BETTER_AUTH_SECRET && !read.BETTER_AUTH_SECRETS)
    faults.push("BETTER_AUTH_SECRET is missing; make one with: openssl rand -base64 32.");
  if (!givenAuditKeys(read))
    faults.push("AUDIT_KEY is missing; it seals the audit trail; make one with: openssl rand -base64 32.");
  if (!read.BETTER_AUTH_URL)
    faults.push(
      "BETTER_AUTH_URL is missing; write the address that people use, such as https://holdfast.example.",
    );
  else if (!read.BETTER_AUTH_URL.startsWith("https://"))
    faults.push("BETTER_AUTH_URL must be https in production.");
  if (read.CORS_ORIGINS.some((origin) => !origin.startsWith("https://")))
    faults.push("CORS_ORIGINS must be https in production.");
  if (!read.SMTP_URL)
    faults.push(
      "SMTP_URL is missing; addresses are verified by mail in production; write smtps://user:password@host.",
    );
  return faults;
}

/** One process that counts for itself is no bound on many: production shares a store. */
function faultsOfLimitStore(mode: Mode, read: Variables): string[] {
  const { REDIS_URL: redis, UPSTASH_REDIS_REST_URL: rest } = read;
  if (!rest !== !read.UPSTASH_REDIS_REST_TOKEN)
    return ["UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN go together; set both or neither."];
  if (redis && rest)
    return [
      "REDIS_URL and UPSTASH_REDIS_REST_URL are both set; budgets are counted in one place, unset one.",
    ];
  if (mode === "production" && !redis && !rest)
    return [
      "REDIS_URL is missing; production counts its budgets in a store that all processes share; write redis://host:6379, or set UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN.",
    ];
  return [];
}

/** The keys of the audit trail, where they are set. */
export function givenAuditKeys(read: Pick<Variables, "AUDIT_KEY" | "AUDIT_KEYS">): Versions | undefined {
  return read.AUDIT_KEYS ?? (read.AUDIT_KEY ? firstVersion(read.AUDIT_KEY) : undefined);
}

/** What signs cookies, where it is set. */
export function givenAuthSecrets(
  read: Pick<Variables, "BETTER_AUTH_SECRET" | "BETTER_AUTH_SECRETS">,
): DatedVersions | undefined {
  return (
    read.BETTER_AUTH_SECRETS ?? (read.BETTER_AUTH_SECRET ? firstVersion(read.BETTER_AUTH_SECRET) : undefined)
  );
}
