import { getAuthTables } from "better-auth/db";
import { getTableColumns } from "drizzle-orm";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { connect, overPool } from "@/db/client";
import { apikey } from "@/db/schema/api-key";
import * as identity from "@/db/schema/identity";
import { authConfig } from "@/server/identity/auth";
import { encryptionKey } from "@/server/identity/encryption-key";
import { createFactors } from "@/server/identity/factors/factors";
import { createHashing } from "@/server/identity/passwords";
import { firstVersion } from "@/server/platform/secrets/versions";

/** Nothing is sent: the configuration only names the database. */
const sql = connect("postgres://nobody:nothing@127.0.0.1:1/none", { max: 1, prepare: false });
const config = authConfig({
  hashing: createHashing(),
  db: overPool(sql),
  factors: createFactors({ sql, key: () => encryptionKey(firstVersion("nothing to encrypt")) }),
  baseUrl: "http://127.0.0.1:3000",
  secret: "a secret for a test that signs nothing at all",
  origins: [],
  reachable: new Set(),
  verifyEmail: true,
  oidc: null,
  postMail: () => {},
  log: pino({ enabled: false }),
});
const theirs = getAuthTables(config as Parameters<typeof getAuthTables>[0]);

const tables = { ...identity, apikey };

/** Columns that are ours alone, in tables that are Better Auth's. */
const OURS: Record<string, readonly string[]> = {
  session: ["provenAt", "lastSeenAt"],
  organization: ["requireSecondFactor"],
  jwks: ["signsFrom"],
  apikey: ["workspaceId", "ownerId", "serviceAccountId", "revokedAt", "rotatedTo", "networks"],
};
const KINDS = ["date", "boolean", "number"];

describe("our schema and Better Auth's", () => {
  it.each(Object.entries(theirs))("agree on %s", (name, { fields }) => {
    const table = tables[name as keyof typeof tables];
    expect(table, `db/schema/identity.ts exports no ${name}`).toBeDefined();
    const columns = getTableColumns(table);
    expect(Object.keys(columns).sort()).toEqual(["id", ...Object.keys(fields), ...(OURS[name] ?? [])].sort());
    for (const [key, field] of Object.entries(fields)) {
      const column = Object.entries(columns).find(([own]) => own === key)?.[1];
      const kind = KINDS.includes(String(field.type)) ? field.type : "string";
      expect([key, column?.dataType]).toEqual([key, kind]);
      if (field.unique) expect([key, column?.isUnique]).toEqual([key, true]);
    }
  });

  it("have the same tables", () => {
    expect(Object.keys(tables).sort()).toEqual(Object.keys(theirs).sort());
  });
});
