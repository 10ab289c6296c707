import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { currentSecret } from "@/server/platform/secrets/versions";
import { PASSWORD, signUp } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";
import { type Served, serve } from "@/tests/support/served";
import { claimsIn } from "@/tests/support/tokens";

const EMAIL = "program@example.com";
const TIMES = 5;

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await signUp(house, EMAIL);
});
afterAll(() => house.close());

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

async function send({ port }: Served, path: string, body: object, program = "a program/1") {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": program },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Tokens };
}

it(`a family stays ended when the process dies as it says so, ${TIMES} times of ${TIMES}`, async () => {
  const settings = {
    BETTER_AUTH_SECRET: currentSecret(house.runtime.secrets.auth()),
    HOLDFAST_DATA_DIR: mkdtempSync(join(tmpdir(), "holdfast-reuse-")),
  };
  const start = async () => {
    const server = await serve(house, settings);
    onTestFinished(() => void server.child.kill("SIGKILL"));
    return server;
  };
  const families: { sid: string; successor: string }[] = [];
  for (let time = 0; time < TIMES; time++) {
    const server = await start();
    const { body: first } = await send(server, "/token", { email: EMAIL, password: PASSWORD });
    const { body: second } = await send(server, "/refresh", { refreshToken: first.refreshToken });
    expect((await send(server, "/refresh", { refreshToken: second.refreshToken })).status).toBe(200);
    const gone = new Promise((resolve) => server.child.once("exit", resolve));
    const { status } = await send(server, "/refresh", { refreshToken: first.refreshToken }, "a thief/1");
    server.child.kill("SIGKILL");
    expect(status).toBe(401);
    await gone;
    families.push({ sid: String(claimsIn(first.accessToken).sid), successor: second.refreshToken });
  }
  const sids = families.map(({ sid }) => sid);
  expect(new Set(sids).size).toBe(TIMES);
  expect(await house.admin`select id from session where id in ${house.admin(sids)}`).toEqual([]);
  const after = await start();
  for (const { successor } of families)
    expect((await send(after, "/refresh", { refreshToken: successor })).status).toBe(401);
}, 120_000);
