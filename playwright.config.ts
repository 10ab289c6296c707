import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { presentChromium } from "./tests/support/chromium.mjs";

// Every worker loads this file again: what the first load chose is handed on in the environment.
process.env.HOLDFAST_E2E_PORT ??= String(await freePort());
process.env.HOLDFAST_E2E_DATA ??= join(tmpdir(), `holdfast-e2e-${randomUUID()}`);
process.env.HOLDFAST_E2E_OTHER_PORT ??= String(await freePort());
process.env.HOLDFAST_E2E_ROTATION_PORT ??= String(await freePort());
process.env.HOLDFAST_E2E_OIDC_PORT ??= String(await freePort());
const port = process.env.HOLDFAST_E2E_PORT;
const chromium = await presentChromium();

// A developer's own database and secrets must never be what the tests run against.
for (const name of [
  "DATABASE_URL",
  "DATABASE_DIRECT_URL",
  "REDIS_URL",
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "BETTER_AUTH_URL",
  "SMTP_URL",
])
  delete process.env[name];

export default defineConfig({
  testDir: "tests/e2e",
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    // Not 127.0.0.1: a passkey's RP ID cannot be an address.
    baseURL: `http://localhost:${port}`,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  webServer: {
    command: "node server/cli/start.mjs",
    wait: { stdout: /Holdfast is ready on/ },
    env: {
      PORT: port,
      HOLDFAST_MODE: "embedded",
      HOLDFAST_DATA_DIR: process.env.HOLDFAST_E2E_DATA,
      // Where tests/e2e/cross-origin.test.ts serves a page of another site.
      CORS_ORIGINS: `http://localhost:${process.env.HOLDFAST_E2E_OTHER_PORT}`,
      // Where tests/e2e/oidc.test.ts runs an identity provider.
      OIDC_ISSUER: `http://127.0.0.1:${process.env.HOLDFAST_E2E_OIDC_PORT}`,
      OIDC_CLIENT_ID: "holdfast",
      OIDC_CLIENT_SECRET: "a secret: of & the client",
      OIDC_NAME: "Acme",
      // Every test signs somebody up, and all of them come from one address; a search needs a thousand documents.
      HOLDFAST_LIMITS: "auth=1000/1m,sensitive=1000/1m,write=3000/1m",
    },
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
    stdout: "pipe",
    timeout: 240_000,
  },
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
