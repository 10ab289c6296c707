import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "@/db/embedded";
import { migrate } from "@/db/migrate";
import { readEnv } from "@/server/env";
import { handleAuth } from "@/server/http/auth";
import { createRuntime, type Runtime } from "@/server/runtime";
import { mannWhitney, mean, median, pairedPermutation } from "@/tests/bench/statistics";
import { openPostOffice } from "@/tests/support/post-office";

/**
 * Measures by hand whether answer times tell a known address from an unknown one, in production's mode, with a real
 * PostgreSQL and a real mail server: `npx tsx tests/bench/enumeration.ts [pairs] [at once]` (1000, 8). Pairs are
 * interleaved in random order. Prints means, and the p-values of two tests.
 */
const [pairs = 1000, atOnce = 8] = process.argv.slice(2).map(Number);
const PASSWORD = "correct zebra staple 47";
const PLENTY = "floor=100000000/1m,auth=100000000/1m";

type Ask = (email: string) => [path: string, body: object];
const ROUTES: Record<string, Ask> = {
  "sign-in, wrong password": (email) => ["/sign-in/email", { email, password: "a wrong password 50" }],
  "sign-up": (email) => ["/sign-up/email", { name: "A person", email, password: PASSWORD }],
  "request-password-reset": (email) => ["/request-password-reset", { email }],
  "send-verification-email, known is unconfirmed": (email) => ["/send-verification-email", { email }],
};

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-enumeration-"));
  await chmod(folder, 0o711);
  const office = await startOffice();
  const database = await startEmbedded({ dataDir: join(folder, "data"), report: () => {} });
  try {
    const urls = { appUrl: database.url("holdfast_app"), authUrl: database.url("holdfast_auth") };
    await migrate({ adminUrl: database.url("postgres"), ...urls, report: () => {} });
    const env = readEnv({
      HOLDFAST_MODE: "development",
      DATABASE_URL: urls.appUrl,
      HOLDFAST_DATA_DIR: join(folder, "house"),
      HOLDFAST_LIMITS: PLENTY,
      SMTP_URL: office.url,
    });
    const runtime = await createRuntime({
      ...env,
      database: { url: urls.appUrl, authUrl: urls.authUrl },
      mode: "production",
      mailFrom: "no-reply@holdfast.example",
    });
    const accounts = await makeAccounts(runtime, 20);
    for (const [name, ask] of Object.entries(ROUTES)) {
      await measure(runtime, ask, accounts, 20);
      report(name, await measure(runtime, ask, accounts, pairs));
    }
    await runtime.close();
  } finally {
    office.end();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The mail server in a process of its own: what it does with a letter is nobody's answer time. */
async function startOffice(): Promise<{ url: string; end(): void }> {
  const child = fork(import.meta.filename, ["office"], { execArgv: process.execArgv });
  const url = await new Promise<string>((resolve) =>
    child.once("message", (message) => resolve(message as string)),
  );
  return { url, end: () => child.kill() };
}

/** Known, and not confirmed: the state in which every route has the most to do. */
async function makeAccounts(runtime: Runtime, count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, (_, number) => `known-${number}@example.com`);
  for (const email of emails)
    await timed(runtime, "/sign-up/email", { name: "A", email, password: PASSWORD });
  return emails;
}

interface Times {
  known: number[];
  unknown: number[];
}

async function measure(runtime: Runtime, ask: Ask, accounts: string[], count: number): Promise<Times> {
  const times: Times = { known: [], unknown: [] };
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const known = () => timed(runtime, ...ask(accounts[Math.floor(Math.random() * accounts.length)] ?? ""));
      const unknown = () => timed(runtime, ...ask(`novel-${randomBytes(8).toString("hex")}@example.com`));
      const isFirst = Math.random() < 0.5;
      const one = await (isFirst ? known : unknown)();
      const two = await (isFirst ? unknown : known)();
      times.known.push(isFirst ? one : two);
      times.unknown.push(isFirst ? two : one);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return times;
}

/** Milliseconds until the whole answer is there, without a socket: less noise than any attacker has. */
async function timed(runtime: Runtime, path: string, body: object): Promise<number> {
  const { baseUrl } = runtime.env;
  const request = new Request(`${baseUrl}/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: baseUrl },
    body: JSON.stringify(body),
  });
  const began = performance.now();
  await (await handleAuth(runtime, request)).text();
  return performance.now() - began;
}

function report(name: string, { known, unknown }: Times): void {
  const figure = (value: number) => value.toFixed(3);
  console.log(
    `${name}: ${known.length} pairs; mean ${figure(mean(known))} / ${figure(mean(unknown))} ms, ` +
      `median ${figure(median(known))} / ${figure(median(unknown))} ms (known / unknown); ` +
      `Mann-Whitney p = ${figure(mannWhitney(known, unknown))}, paired permutation p = ${figure(pairedPermutation(known, unknown))}`,
  );
}

if (process.argv[2] === "office") process.send?.((await openPostOffice()).url);
else await main();
