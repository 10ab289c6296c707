import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { keys } from "@/server/cli/commands/keys";
import { explainToken } from "@/server/cli/commands/token-explain";
import { createRuntime, type Runtime } from "@/server/runtime";
import { PASSWORD, signUp } from "@/tests/support/browser";
import { type Ending, holdfast } from "@/tests/support/command";
import { callOverHttp, type House, openHouse, type Person } from "@/tests/support/house";
import { claimsIn, keyOfHouse, sendTokens, signed, tampered } from "@/tests/support/tokens";

let house: House;
let second: Runtime;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  second = await createRuntime(house.runtime.env);
  person = await house.person();
});
afterAll(async () => {
  await second.close();
  await house.close();
});

/** A command in this process, with the house's configuration; it prints, or fails as the command line tells it. */
async function run(work: () => Promise<number>): Promise<Ending> {
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    const code = await work();
    return { code, stdout: print.mock.calls.flat().join("\n"), stderr: "" };
  } catch (error) {
    return { code: 1, stdout: print.mock.calls.flat().join("\n"), stderr: (error as Error).message };
  } finally {
    print.mockRestore();
  }
}
const command = (...args: string[]) => run(() => keys(args, () => house.runtime.env));
const listed = async () =>
  (JSON.parse((await command("list", "--json")).stdout) as { keys: { kid: string; state: string }[] }).keys;
const tokenFrom = async (runtime: Runtime) =>
  (await sendTokens({ runtime }, "/token", {}, { cookie: person.cookie })).body.accessToken;
const statusAt = async (runtime: Runtime, token: string) => {
  const headers = { authorization: `Bearer ${token}` };
  return (await callOverHttp(runtime, { person: null, path: "me.get", headers })).status;
};
const kidOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid as string;

describe("two processes while their keys are rotated five times", () => {
  it("refuse no token of each other's", async () => {
    const seen = new Set<string>();
    const refused: unknown[] = [];
    let calls = 0;
    let isOver = false;
    const work = async (from: Runtime, to: Runtime) => {
      while (!isOver) {
        const token = await tokenFrom(from);
        seen.add(kidOf(token));
        const status = await statusAt(to, token);
        calls++;
        if (status !== 200) refused.push([status, kidOf(token)]);
        await sleep(5);
      }
    };
    const working = Promise.all([work(house.runtime, second), work(second, house.runtime)]);
    for (let turn = 0; turn < 5; turn++) {
      const { code, stderr } = await command("rotate", "--now");
      expect([code, stderr]).toEqual([0, ""]);
      await sleep(2_300);
    }
    isOver = true;
    await working;
    expect(refused).toEqual([]);
    expect(seen.size).toBe(6);
    expect(calls).toBeGreaterThan(100);
  }, 60_000);
});

describe("holdfast keys", () => {
  it("lists what each key does, and no private half", async () => {
    const { stdout } = await command("list");
    expect(stdout).toMatch(/^[0-9a-f-]{36} {2}signing {4}signs from /m);
    expect(stdout).not.toMatch(/ba\$|"d"/);
    const states = (await listed()).map(({ state }) => state);
    expect(states[0]).toBe("signing");
    expect(new Set(states.slice(1))).toEqual(new Set(["verifying"]));
  });

  it("makes a key that waits until nobody keeps a JWKS without it, one at a time", async () => {
    const { code, stdout } = await command("rotate");
    expect([code, stdout]).toEqual([0, expect.stringContaining("signs in 10 minutes")]);
    const again = await command("rotate");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("waits for its time")]);
    const [waiting, signing] = await listed();
    expect([waiting?.state, signing?.state]).toEqual(["waiting", "signing"]);
    await expect.poll(() => second.tokens.publicKeys().map(({ kid }) => kid)).toContain(waiting?.kid);
    expect(kidOf(await tokenFrom(second))).toBe(signing?.kid);
  });

  it("ends a key everywhere within a second", async () => {
    const token = await tokenFrom(house.runtime);
    expect(await statusAt(second, token)).toBe(200);
    const { code, stdout } = await command("retire", kidOf(token));
    const begin = performance.now();
    expect([code, stdout]).toEqual([0, expect.stringContaining("is retired")]);
    for (const runtime of [house.runtime, second])
      await expect.poll(() => statusAt(runtime, token), { timeout: 1_000, interval: 20 }).toBe(401);
    expect(performance.now() - begin).toBeLessThan(1_000);
    const next = await tokenFrom(second);
    expect(kidOf(next)).not.toBe(kidOf(token));
    expect(await statusAt(house.runtime, next)).toBe(200);
    expect((await command("retire", kidOf(token))).code).toBe(1);
  });

  it("says how it is used to who uses it otherwise", async () => {
    for (const args of [[], ["mint"], ["retire"], ["retire", "x"], ["list", "x"], ["retire", "--now"]])
      expect([args, (await command(...args)).code]).toEqual([args, 1]);
  });
});

describe("holdfast token explain", () => {
  const explained = async (token: string, ...more: string[]) => {
    const { code, stdout, stderr } = await run(() =>
      explainToken(["--json", ...more], {
        read: () => house.runtime.env,
        input: Readable.from([token]) as never,
      }),
    );
    // Nothing of the token but what is public.
    for (const part of token.split(".").filter((one) => one.length > 20))
      expect(stdout + stderr).not.toContain(part);
    const { checks } = JSON.parse(stdout) as {
      checks: { check: string; fault: string | null; remedy: string | null }[];
    };
    const failed = checks.find(({ fault }) => fault !== null);
    expect(code).toBe(failed ? 1 : 0);
    if (failed) expect([failed.fault, failed.remedy]).toEqual([expect.any(String), expect.any(String)]);
    return failed?.check ?? "good";
  };

  it("names the first check that fails, and agrees with the verifier", async () => {
    const key = await keyOfHouse(house);
    const token = await tokenFrom(house.runtime);
    const claims = claimsIn(token);
    const make = (other: object, header: object = {}) =>
      signed(key, { ...claims, ...other }, header as Record<string, unknown>);
    const now = Math.floor(Date.now() / 1000);
    const cases: [string, string][] = [
      ["good", token],
      ["good", `Bearer ${token}\n`],
      ["form", "not a token"],
      ["form", ""],
      ["alg", `${Buffer.from('{"alg":"none"}').toString("base64url")}.${token.split(".")[1]}.AA`],
      ["typ", await make({}, { typ: "JWT" })],
      ["kid", await make({}, { kid: person.userId })],
      ["kid", await make({}, { jku: "https://elsewhere.example" })],
      ["signature", tampered(token)],
      ["claims", await make({ roles: "user" })],
      ["claims", await make({ user_id: claims.sid })],
      ["iss", await make({ iss: "https://elsewhere.example" })],
      ["aud", await make({ aud: "other-api" })],
      ["nbf", await make({ nbf: now + 60 })],
      ["nbf", await make({ iat: now + 60, exp: now + 360 })],
      ["exp", await make({ iat: now - 900, exp: now - 600 })],
      ["exp", await make({ iat: now - 900, exp: now + 600 })],
      ["revoked", await make({ sid: person.userId })],
      ["role", await make({ roles: ["admin"] })],
    ];
    for (const [check, text] of cases) {
      expect([check, await explained(text)]).toEqual([check, check]);
      const bare = text.replace(/^Bearer |\s/g, "");
      const isTaken = (await statusAt(house.runtime, bare)) === 200;
      expect([check, isTaken]).toEqual([check, ["good", "role"].includes(check)]);
    }
  }, 120_000);

  it("knows of bans, and reads a file", async () => {
    await signUp(house, "explained@example.com");
    const { body } = await sendTokens(house, "/token", {
      email: "explained@example.com",
      password: PASSWORD,
    });
    await house.admin`update "user" set banned = true where email = 'explained@example.com'`;
    expect(await explained(body.accessToken)).toBe("banned");
  }, 30_000);

  it("takes no token as an argument, and does not repeat it", async () => {
    const token = await tokenFrom(house.runtime);
    const { code, stdout, stderr } = await holdfast(house, ["token", "explain", token]);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain(token.slice(0, 40));
    expect(stderr).toContain("usage:");
  }, 30_000);
});
