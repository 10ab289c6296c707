import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEnv } from "@/server/env";

const HOLDFAST_DATA_DIR = mkdtempSync(join(tmpdir(), "holdfast-oidc-env-"));
const WHOLE = {
  OIDC_ISSUER: "https://id.example",
  OIDC_CLIENT_ID: "holdfast",
  OIDC_CLIENT_SECRET: "a secret",
};
const read = (variables: Record<string, string>) => readEnv({ HOLDFAST_DATA_DIR, ...variables });

function linesOf(variables: Record<string, string>): readonly string[] {
  try {
    read(variables);
    return [];
  } catch (error) {
    return (error as { lines: string[] }).lines;
  }
}

describe("the provider's variables", () => {
  it("are none, or whole", () => {
    expect(read({}).oidc).toBeNull();
    expect(read(WHOLE).oidc).toEqual({
      ...{ issuer: "https://id.example", clientId: "holdfast", clientSecret: "a secret" },
      ...{ name: "single sign-on", scopes: ["openid", "profile", "email"] },
    });
    for (const name of Object.keys(WHOLE)) {
      const { [name as keyof typeof WHOLE]: _, ...rest } = WHOLE;
      expect(linesOf(rest)).toEqual([expect.stringMatching(`^${name} is missing`)]);
    }
  });

  it.each([
    ["OIDC_ISSUER", "http://id.example"],
    ["OIDC_ISSUER", "ftp://id.example"],
    ["OIDC_ISSUER", "https://id.example?tenant=1"],
    ["OIDC_SCOPES", "profile email"],
    ["OIDC_SCOPES", "openid  email"],
    ["OIDC_NAME", "x".repeat(41)],
  ])("%s may not be %j", (name, value) => {
    expect(linesOf({ ...WHOLE, [name]: value })).toEqual([expect.stringMatching(`^${name} `)]);
  });

  it("may name a provider on this machine by http, but not in production", () => {
    const near = { ...WHOLE, OIDC_ISSUER: "http://127.0.0.1:4000" };
    expect(linesOf(near)).toEqual([]);
    const lines = linesOf({ ...near, HOLDFAST_MODE: "production" });
    expect(lines.filter((line) => line.startsWith("OIDC_"))).toEqual([
      "OIDC_ISSUER must be https; http is for this machine, outside production.",
    ]);
  });
});
