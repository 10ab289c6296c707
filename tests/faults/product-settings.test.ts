import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EnvError, readEnv } from "@/server/env";

const SECRET = "k3Qz8vRt1LmXw5Yb7NcJd2Hf9GsPa4Ue";
const folder = mkdtempSync(join(tmpdir(), "holdfast-settings-"));

type Settings = Record<string, string>;

/** One setting each, beside settings that are good. */
const production: Settings = {
  DATABASE_URL: "postgres://holdfast_app:opensesame@db.example/holdfast",
  BETTER_AUTH_SECRET: SECRET,
  AUDIT_KEY: SECRET,
  BETTER_AUTH_URL: "https://holdfast.example",
  SMTP_URL: "smtps://mail.example",
  REDIS_URL: "redis://redis.example:6379",
};
const SETTINGS: [name: string, value: string, more: Settings, line: RegExp][] = [
  ["PORT", "abc", {}, /^PORT is not a number/],
  ["PORT", "0", {}, /^PORT must be 1 to 65535/],
  ["PORT", "65536", {}, /^PORT must be 1 to 65535/],
  ["PORT", "80.5", {}, /^PORT .*whole number/],
  ["HOST", "0.0.0.0", {}, /^HOST 0\.0\.0\.0 is reachable from elsewhere, and embedded mode/],
  ["HOST", "::", {}, /^HOST :: is reachable from elsewhere/],
  [
    "HOST",
    "0.0.0.0",
    { HOLDFAST_MODE: "development", DATABASE_URL: "postgres://a:opensesame@h/d" },
    /^HOST .* development mode/,
  ],
  ["HOLDFAST_MODE", "prod", {}, /^HOLDFAST_MODE must be embedded, development or production/],
  [
    "DATABASE_URL",
    "",
    { ...production, HOLDFAST_MODE: "production" },
    /^DATABASE_URL is missing; production mode/,
  ],
  ["HOLDFAST_MODE", "development", {}, /^DATABASE_URL is missing; development mode needs/],
  [
    "HOLDFAST_MODE",
    "embedded",
    { DATABASE_URL: "postgres://a:opensesame@h/d" },
    /^DATABASE_URL is set, but HOLDFAST_MODE=embedded/,
  ],
  ["DATABASE_URL", "opensesame", production, /^DATABASE_URL is not a PostgreSQL URL/],
  ["DATABASE_URL", "mysql://me:opensesame@localhost/x", production, /^DATABASE_URL is not a PostgreSQL URL/],
  ["DATABASE_POOL", "1", production, /^DATABASE_POOL must be 2 to 200/],
  ["MAX_CALLS", "1", production, /^MAX_CALLS must be 2 to 1000/],
  ["DATABASE_PREPARE", "yes", production, /^DATABASE_PREPARE must be on or off/],
  ["BETTER_AUTH_SECRET", "", production, /^BETTER_AUTH_SECRET is missing; make one/],
  ["BETTER_AUTH_SECRET", "opensesame", production, /^BETTER_AUTH_SECRET is shorter than 32 characters/],
  ["BETTER_AUTH_SECRET", "opensesame".repeat(4), production, /^BETTER_AUTH_SECRET is too uniform/],
  ["AUDIT_KEY", "", production, /^AUDIT_KEY is missing; it seals the audit trail; make one/],
  ["AUDIT_KEY", "opensesame", production, /^AUDIT_KEY is shorter than 32 characters/],
  ["AUDIT_KEY", "opensesame".repeat(4), production, /^AUDIT_KEY is too uniform/],
  ["AUDIT_KEYS", `2:${SECRET}`, production, /^AUDIT_KEY and AUDIT_KEYS are both set/],
  ["AUDIT_KEYS", SECRET, { ...production, AUDIT_KEY: "" }, /^AUDIT_KEYS is not written as 2:key,1:key/],
  ["AUDIT_KEYS", `1:${SECRET},1:${SECRET}`, { ...production, AUDIT_KEY: "" }, /^AUDIT_KEYS is not written/],
  [
    "AUDIT_KEYS",
    `2:${SECRET},1:opensesame`,
    { ...production, AUDIT_KEY: "" },
    /^AUDIT_KEYS holds a key that/,
  ],
  ["AUDIT_SEAL_EVERY", "10", production, /^AUDIT_SEAL_EVERY must be 100 to 60000/],
  ["BETTER_AUTH_URL", "", production, /^BETTER_AUTH_URL is missing/],
  ["BETTER_AUTH_URL", "http://holdfast.example", production, /^BETTER_AUTH_URL must be https in production/],
  ["BETTER_AUTH_URL", "holdfast.example", production, /^BETTER_AUTH_URL is not an http\(s\) URL/],
  ["SMTP_URL", "https://opensesame.example", production, /^SMTP_URL is not an SMTP URL/],
  ["SMTP_URL", "", production, /^SMTP_URL is missing/],
  ["REDIS_URL", "", production, /^REDIS_URL is missing; production counts/],
  ["REDIS_URL", "http://opensesame.example", production, /^REDIS_URL is not a Redis URL/],
  [
    "UPSTASH_REDIS_REST_URL",
    "https://upstash.example",
    production,
    /^UPSTASH_REDIS_REST_URL and .* go together/,
  ],
  [
    "UPSTASH_REDIS_REST_URL",
    "https://u.example",
    { ...production, UPSTASH_REDIS_REST_TOKEN: "opensesame" },
    /both set/,
  ],
  [
    "HOLDFAST_LIMITS",
    "plenty=1/1m",
    {},
    /^HOLDFAST_LIMITS names the budget "plenty", which is not one of floor, auth/,
  ],
  [
    "HOLDFAST_LIMITS",
    "read=600",
    {},
    /^HOLDFAST_LIMITS has the entry "read=600"; write name=requests\/window/,
  ],
  ["HOLDFAST_LIMITS", "read=0/1m", {}, /^HOLDFAST_LIMITS has the entry "read=0\/1m"/],
  ["HOLDFAST_LIMITS", "read=1/0s", {}, /^HOLDFAST_LIMITS has the entry/],
  ["HOLDFAST_LIMITS", "read=1/25h", {}, /^HOLDFAST_LIMITS has the entry/],
  ["HOLDFAST_LIMITS", "toString=1/1m", {}, /^HOLDFAST_LIMITS names the budget "toString"/],
  ["HOLDFAST_LIMITS", "auth=201/5m", production, /^HOLDFAST_LIMITS raises auth above ten times/],
  ["HOLDFAST_LIMITS", "sensitive=3/1s", production, /^HOLDFAST_LIMITS raises sensitive above ten times/],
];

describe("a setting", () => {
  it.each(SETTINGS)("%s=%s is refused in one line that names it", (name, value, more, line) => {
    let lines: readonly string[] = [];
    try {
      readEnv({ HOLDFAST_DATA_DIR: folder, ...more, [name]: value });
    } catch (error) {
      lines = error instanceof EnvError ? error.lines : [String(error)];
    }
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(lines.join()).not.toMatch(/opensesame|Invalid input/);
  });

  it("that is good is taken", () => {
    expect(readEnv({ ...production, HOLDFAST_DATA_DIR: folder })).toMatchObject({
      mode: "production",
      port: 3000,
      // A secret has versions: one that was set without any is its first.
      authSecrets: { current: 1, secrets: new Map([[1, SECRET]]) },
      auditKeys: { current: 1, secrets: new Map([[1, SECRET]]) },
    });
    expect(readEnv({ HOLDFAST_DATA_DIR: folder, PORT: "" })).toMatchObject({
      mode: "embedded",
      host: "127.0.0.1",
      port: 3000,
    });
  });
});
