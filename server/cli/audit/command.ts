import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { connect, overPool } from "@/db/client";
import { asMarkdown, asText, auditReport, faultAsText, type PlacedFault } from "@/server/cli/audit/report";
import { REACHABLE_AUTH_PATHS } from "@/server/http/auth-routes";
import { createAuth } from "@/server/identity/auth";
import { encryptionKey } from "@/server/identity/encryption-key";
import { createFactors } from "@/server/identity/factors/factors";
import { createHashing } from "@/server/identity/passwords";
import { firstVersion } from "@/server/platform/secrets/versions";

/** Relative to the repository, where every command starts. */
const DOCUMENT = "docs/permissions.md";

const STALE: PlacedFault = {
  name: DOCUMENT,
  place: DOCUMENT,
  what: "is stale: it does not say what guards the ways in",
  risk: "low",
  owasp: "API9:2023",
  mending: "run npm run holdfast -- audit --write, and look at what it changes",
};

/**
 * `holdfast audit`: fails unless every way in declares what guards it and the document of it is true.
 * `--json` prints the report as data, `--write` writes the document.
 */
export function audit(args: string[]): Promise<number> {
  const root = process.cwd();
  const report = auditReport(root, authPaths());
  const document = asMarkdown(report);
  if (args.includes("--write")) writeFileSync(join(root, DOCUMENT), document);
  const isStale = readFileSync(join(root, DOCUMENT), "utf8") !== document;
  const faults = isStale ? [...report.faults, STALE] : report.faults;
  if (args.includes("--json")) console.log(JSON.stringify({ ...report, faults }, null, 2));
  else {
    console.log(asText(report));
    const { procedures, routes } = report;
    console.log(`\n${procedures.length} procedures, ${routes.length} routes, ${faults.length} faults`);
    for (const fault of faults) console.error(faultAsText(fault));
  }
  return Promise.resolve(faults.length === 0 ? 0 : 1);
}

/** Better Auth's routes; it is only asked what it would serve, so no database is behind it. */
export function authPaths(): readonly string[] {
  const sql = connect("postgres://nobody:nothing@127.0.0.1:1/none", { max: 1, prepare: false });
  return createAuth({
    hashing: createHashing(),
    db: overPool(sql),
    factors: createFactors({ sql, key: () => encryptionKey(firstVersion("nothing to encrypt")) }),
    baseUrl: "http://127.0.0.1:3000",
    secret: "only asked for its routes, it signs nothing",
    origins: [],
    reachable: REACHABLE_AUTH_PATHS,
    verifyEmail: true,
    oidc: null,
    postMail: () => {},
    log: pino({ enabled: false }),
  }).paths;
}
