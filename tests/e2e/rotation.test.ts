import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, type Page, test } from "@playwright/test";
import { call, make, PASSWORD, signUp } from "./people";

/** A product of its own: what is rotated here would end everybody else's sessions. */
const ROTATIONS = 5;
const settings = {
  PATH: process.env.PATH ?? "",
  HOLDFAST_DATA_DIR: join(tmpdir(), `holdfast-e2e-rotation-${randomUUID()}`),
  HOLDFAST_LIMITS: "read=100000/1m,write=100000/1m,auth=1000/1m,sensitive=1000/1m",
  NODE_ENV: "production" as const,
};

let server: ChildProcess;
let base: string;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  const port = process.env.HOLDFAST_E2E_ROTATION_PORT ?? "";
  base = `http://localhost:${port}`;
  server = spawn(process.execPath, ["server/cli/start.mjs"], { env: { ...settings, PORT: port } });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Holdfast is ready on")) resolve();
    };
    server.stdout?.on("data", hear);
    server.stderr?.on("data", hear);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
});
test.afterAll(async () => {
  if (server.exitCode !== null) return;
  const isOver = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await isOver;
});

/** The command line, as an operator runs it beside the server. */
async function holdfast(...args: string[]): Promise<string> {
  const command = ["server/cli/holdfast.mjs", ...args];
  return (await promisify(execFile)(process.execPath, command, { env: settings })).stdout;
}

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

const api = (path: string, headers: Record<string, string>, body?: object) =>
  fetch(`${base}/api/v1${path}`, {
    method: body ? "POST" : "GET",
    headers: { ...headers, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
const statusWith = async (headers: Record<string, string>) => (await api("/tasks", headers)).status;
const cookieOf = async (page: Page) =>
  (await page.context().cookies(base)).map(({ name, value }) => `${name}=${value}`).join("; ");

test("two browsers and two programs work on while secrets and keys are rotated five times", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const people = await Promise.all(
    [1, 2].map(async () => signUp(await (await browser.newContext({ baseURL: base })).newPage())),
  );
  const [ada] = people;
  if (!ada) throw new Error("nobody signed up");
  const firstCookie = await cookieOf(ada.page);
  const made = await call(ada.page, "apiKey.create", {
    name: "Nightly",
    scopes: ["task:read"],
    expiresInDays: 1,
  });
  const { key } = JSON.parse(made.text).result.data as { key: string };
  const granted = await api("/auth/token", {}, { email: ada.email, password: PASSWORD });
  const first = (await granted.json()) as Tokens;

  const faults = new Set<string>();
  const fault = (text: string) => faults.add(text);
  const done = { pages: 0, writes: 0, key: 0, token: 0, refreshed: 0 };
  let isOver = false;
  const until = async (turn: () => Promise<void>) => {
    // At a pace that their budgets allow.
    for (; !isOver; await sleep(50)) await turn().catch((error: Error) => fault(error.message));
  };
  const work = people.map(({ page, workspaceId }) => {
    page.on("response", (response) => {
      const path = new URL(response.url()).pathname;
      if (response.status() >= 400) fault(`${response.status()} ${path}`);
    });
    return until(async () => {
      await page.goto(`/w/${workspaceId}/projects`);
      await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
      done.pages++;
      await make(page, "project.create", { name: `Project ${done.writes++}` });
    });
  });
  work.push(
    until(async () => {
      const status = await statusWith({ "x-api-key": key });
      if (status !== 200) fault(`${status} by the key`);
      done.key++;
    }),
  );
  let now = first;
  work.push(
    until(async () => {
      const status = await statusWith(bearer(now.accessToken));
      if (status !== 200) fault(`${status} by the token`);
      if (++done.token % 20 !== 0) return;
      const answer = await api("/auth/refresh", {}, { refreshToken: now.refreshToken });
      if (answer.status !== 200) fault(`${answer.status} at the refresh`);
      else now = (await answer.json()) as Tokens;
      done.refreshed++;
    }),
  );

  const kids = new Set<string>();
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid as string;
  for (let turn = 0; turn < ROTATIONS; turn++) {
    kids.add(kidOf(now.accessToken));
    await holdfast("secrets", "rotate");
    await holdfast("keys", "rotate", "--now");
    // Until the program's tokens are signed by the new key.
    await expect(async () => expect(kids).not.toContain(kidOf(now.accessToken))).toPass({ timeout: 20_000 });
    const sofar = done.pages;
    await expect(async () => expect(done.pages).toBeGreaterThan(sofar + 3)).toPass();
  }
  isOver = true;
  await Promise.all(work);
  console.log(`rotated ${ROTATIONS} times under ${JSON.stringify(done)}`);
  expect([...faults]).toEqual([]);
  expect(kids.size).toBe(ROTATIONS);

  // Whoever slept through all of it is still known: by the first cookie, and by the first token.
  expect(await statusWith({ cookie: firstCookie })).toBe(200);
  expect(await statusWith(bearer(first.accessToken))).toBe(200);

  // Until what they were signed with is retired.
  for (const kid of kids) await holdfast("keys", "retire", kid);
  await expect(async () => expect(await statusWith(bearer(first.accessToken))).toBe(401)).toPass();
  expect(await statusWith(bearer(now.accessToken))).toBe(200);
  const lastCookie = await cookieOf(ada.page);
  expect(await statusWith({ cookie: lastCookie })).toBe(200);
  await holdfast("secrets", "rotate", "--compromised");
  await expect(async () => expect(await statusWith({ cookie: firstCookie })).toBe(401)).toPass();
  expect(await statusWith({ cookie: lastCookie })).toBe(401);
  expect(await statusWith({ "x-api-key": key })).toBe(200);
  await ada.page.reload();
  await expect(ada.page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
