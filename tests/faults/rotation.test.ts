import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { rotateSecrets } from "@/server/cli/secrets/rotate";
import { signedCookie } from "@/server/identity/signatures";
import { newSecret } from "@/server/platform/secrets/kept";
import { eventually } from "@/tests/support/hold";
import { type House, openHouse } from "@/tests/support/house";
import { type Served, serve } from "@/tests/support/served";

const ROOT = join(import.meta.dirname, "../..");
const NAME = "holdfast.session_token";
const ROTATIONS = 5;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** The command line as an operator runs it on a settings file of theirs. */
async function holdfast(args: string[], settings: Record<string, string>): Promise<string> {
  const env = { PATH: process.env.PATH ?? "", NODE_ENV: "production" as const, ...settings };
  const command = ["--import", "tsx", "server/cli/main.ts", ...args];
  return (await promisify(execFile)(process.execPath, command, { cwd: ROOT, env })).stdout;
}

/** A person's browser: keeps the cookie that it was given last, when it is told to. */
interface Browser {
  cookie: string;
  keeps: boolean;
  renewals: number;
}

async function browserOf(secret: string, keeps = true): Promise<Browser> {
  const person = await house.person();
  const [row] = await house.admin<
    { token: string }[]
  >`select token from session where user_id = ${person.userId}`;
  return { cookie: `${NAME}=${signedCookie(row?.token ?? "", secret)}`, keeps, renewals: 0 };
}

async function ask(port: number, browser: Browser, path = "/api/trpc/me.get"): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie: browser.cookie } });
  const text = await answer.text();
  const renewed = answer.headers.getSetCookie().find((cookie) => cookie.startsWith(`${NAME}=`));
  if (renewed) browser.renewals++;
  if (renewed && browser.keeps) browser.cookie = renewed.split(";")[0] ?? "";
  // Better Auth's word for nobody.
  return text === "null" ? 401 : answer.status;
}

function folderOf(texts: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-rotation-"));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const settings = { HOLDFAST_DATA_DIR: folder, BETTER_AUTH_SECRETS_FILE: join(folder, "auth") };
  const events = (event: string) =>
    readFileSync(join(folder, "holdfast.log"), "utf8")
      .split("\n")
      .filter((line) => line.includes(`"event":"${event}"`));
  return { folder, settings, file: settings.BETTER_AUTH_SECRETS_FILE, events };
}

async function started(settings: Record<string, string>): Promise<Served> {
  const server = await serve(house, settings);
  onTestFinished(async () => void (await server.end()));
  return server;
}

describe("a running server", () => {
  it("whose secret is rotated five times by the command signs nobody out and fails no request", {
    timeout: 240_000,
  }, async () => {
    const first = newSecret();
    const { settings, file, events } = folderOf({ auth: `1:${first}\n` });
    const server = await started(settings);
    // Some keep what they are given; one is asleep all along and comes back with the first cookie.
    const browsers = await Promise.all(Array.from({ length: 6 }, () => browserOf(first)));
    const sleeper = await browserOf(first, false);
    const statuses = new Map<number | string, number>();
    let isOver = false;
    onTestFinished(() => {
      isOver = true;
    });
    const clients = browsers.map(async (browser, number) => {
      while (!isOver) {
        const path = number % 2 === 0 ? "/api/trpc/me.get" : "/api/auth/get-session";
        const status = await ask(server.port, browser, path).catch((error: Error) => error.message);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    for (let turn = 1; turn <= ROTATIONS; turn++) {
      await rotateSecrets(["--overlap", "1h"], settings);
      await eventually(async () => events("secrets_reloaded").length === turn);
      // Each browser met the new version: it is given a cookie under it, once.
      await eventually(async () => browsers.every(({ renewals }) => renewals >= turn));
    }
    isOver = true;
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
    expect(readFileSync(file, "utf8").split(",")).toHaveLength(ROTATIONS + 1);
    expect(readFileSync(file, "utf8")).toMatch(/^6:/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await ask(server.port, sleeper)).toBe(200);
    expect(sleeper.renewals).toBe(1);

    // What was compromised ends at once, in the same process: for the sleeper, and for who has the newest cookie.
    await rotateSecrets(["--compromised"], settings);
    await eventually(async () => events("secrets_reloaded").length === ROTATIONS + 1);
    const ended = await Promise.all([sleeper, ...browsers].map((browser) => ask(server.port, browser)));
    expect(new Set(ended)).toEqual(new Set([401]));
    const [, seventh = ""] = /^7:([^,@]+)/.exec(readFileSync(file, "utf8")) ?? [];
    expect(await ask(server.port, await browserOf(seventh))).toBe(200);
    expect(await server.end()).toBe(0);
    console.log(`rotated ${ROTATIONS} times under ${statuses.get(200)} requests`);
  });

  it("in which the secret is one of those kept beside the data rotates them where they lie", {
    timeout: 180_000,
  }, async () => {
    const first = newSecret();
    const { folder, events } = folderOf({ secret: `${first}\n` });
    const server = await started({ HOLDFAST_DATA_DIR: folder });
    const browser = await browserOf(first);
    expect(await ask(server.port, browser)).toBe(200);
    await holdfast(["secrets", "rotate"], { HOLDFAST_DATA_DIR: folder });
    await eventually(async () => events("secrets_reloaded").length === 1);
    expect([await ask(server.port, browser), browser.renewals]).toEqual([200, 1]);
    expect(readFileSync(join(folder, "secret"), "utf8")).toMatch(
      new RegExp(`^2:[\\w-]{43},1:${first}@\\d{4}-`),
    );
    await holdfast(["secrets", "rotate", "--name", "audit"], { HOLDFAST_DATA_DIR: folder });
    await eventually(async () => events("secrets_reloaded").length === 2);
    expect(events("secrets_reloaded")[1]).toContain('"auditVersion":2');
    // A folder that lost its secret gets no other one behind everybody's back.
    rmSync(join(folder, "secret"));
    await eventually(async () => events("secrets_not_reloaded").length === 1);
    expect(await ask(server.port, browser)).toBe(200);
    expect(await server.end()).toBe(0);
  });

  it("keeps its secrets when what replaces them can not be used, and says why without telling them", {
    timeout: 180_000,
  }, async () => {
    const first = newSecret();
    const { settings, file, events } = folderOf({ auth: `1:${first}` });
    const server = await started(settings);
    const browser = await browserOf(first);
    const bad: [text: string, why: RegExp][] = [
      ["2:opensesame,1:whatever@2030-01-01T00:00:00Z", /shorter than 32/],
      [`2:${newSecret()},1:${first}`, /does not say when version 1 ends/],
      ["2:changeme-changeme-changeme-changeme-42", /well-known placeholder/],
      ["", /is empty/],
      [`${newSecret()},${newSecret()}`, /is not written as/],
    ];
    for (const [index, [text, why]] of bad.entries()) {
      writeFileSync(file, text);
      await eventually(async () => events("secrets_not_reloaded").length === index + 1);
      expect(events("secrets_not_reloaded")[index]).toMatch(why);
      expect(await ask(server.port, browser)).toBe(200);
    }
    expect(events("secrets_not_reloaded").join()).not.toMatch(new RegExp(`opensesame|changeme-|${first}`));
    expect([browser.renewals, events("secrets_reloaded")]).toEqual([0, []]);
    const second = newSecret();
    writeFileSync(file, `2:${second},1:${first}@2100-01-01T00:00:00Z`);
    await eventually(async () => events("secrets_reloaded").length === 1);
    expect([await ask(server.port, browser), browser.renewals]).toEqual([200, 1]);
    expect(await server.end()).toBe(0);
  });

  it("notices that Kubernetes swaps a mount, and looks when it is told to", {
    timeout: 180_000,
  }, async () => {
    const first = newSecret();
    const second = newSecret();
    const { folder, settings, events } = folderOf({});
    const mount = join(folder, "mount");
    const fill = (version: string, text: string) => {
      mkdirSync(join(mount, version), { recursive: true });
      writeFileSync(join(mount, version, "auth"), text);
      symlinkSync(version, join(mount, "..new"));
      renameSync(join(mount, "..new"), join(mount, "..data"));
    };
    fill("..2026_1", `1:${first}`);
    symlinkSync("..data/auth", join(mount, "auth"));
    const server = await started({ ...settings, BETTER_AUTH_SECRETS_FILE: join(mount, "auth") });
    const browser = await browserOf(first);
    server.child.kill("SIGHUP");
    await eventually(async () => events("secrets_unchanged").length === 1);
    fill("..2026_2", `2:${second},1:${first}@2100-01-01T00:00:00Z`);
    await eventually(async () => events("secrets_reloaded").length === 1);
    expect([await ask(server.port, browser), browser.renewals]).toEqual([200, 1]);
    expect(await server.end()).toBe(0);
  });
});

describe("a server whose secrets are in its environment", () => {
  it("goes on after SIGHUP, and tells that nothing changed", { timeout: 180_000 }, async () => {
    const first = newSecret();
    const { folder, events } = folderOf({});
    const server: Served = await started({ HOLDFAST_DATA_DIR: folder, BETTER_AUTH_SECRET: first });
    const browser = await browserOf(first);
    server.child.kill("SIGHUP");
    await eventually(async () => events("secrets_unchanged").length === 1);
    expect(await ask(server.port, browser)).toBe(200);
    await sleep(100);
    expect(server.child.exitCode).toBeNull();
    expect(await server.end()).toBe(0);
  });
});
