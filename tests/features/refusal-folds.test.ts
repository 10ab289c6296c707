import { readFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRecorder } from "@/server/guard/refusals/recorder";
import type { Refused } from "@/server/guard/refusals/refusal";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { createDigest } from "@/server/platform/digest";
import { prefixOf } from "@/server/platform/limits/network";
import { PASSWORD, sendAuth } from "@/tests/support/browser";
import { openDoor } from "@/tests/support/gate";
import { type House, openHouse } from "@/tests/support/house";
import { appended, freshNetwork, refusals } from "@/tests/support/refusals";

const START = Date.parse("2030-01-01T00:00:00Z");

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const refusal: Refused = {
  ...{ event: "authz_fail", outcome: "denied", reason: "FORBIDDEN", target: "task.get", caller: null },
  ...{ address: "192.0.2.1", requestId: "first" },
};

/** A recorder of its own on the house's database, whose clock stands still until it is moved. */
function recorder(most?: number) {
  const clock = { now: START };
  const made = createRecorder({
    openTransaction: house.runtime.openTransaction,
    digest: createDigest(() => "a secret of this test alone"),
    log: pino({ enabled: false }),
    now: () => clock.now,
    ...(most && { most }),
  });
  return { ...made, clock };
}

const count = async (target: string) => {
  const [row] = await house.admin<{ rows: number; sum: number }[]>`
    select count(*)::int as rows, coalesce(sum(count), 0)::int as sum from audit_event where request_id = ${target}`;
  return row;
};

describe("refusals fold", () => {
  it("into one row while equal and within a second, with the first request's id", async () => {
    const { note, flush, clock } = recorder();
    const once = { ...refusal, requestId: "fold-a" };
    note(once);
    for (let time = 0; time < 9; time++) {
      clock.now += 111;
      note({ ...once, requestId: "fold-a-later", address: "192.0.2.77" });
    }
    clock.now = START + 1_000;
    note({ ...once, requestId: "fold-b" });
    clock.now = START + 2_000;
    await flush();
    const [row, next] = await refusals(house, house.admin`request_id like 'fold-%'`);
    expect(row).toMatchObject({ request_id: "fold-a", count: 10, address_prefix: "192.0.2.0/24" });
    expect(next).toMatchObject({ request_id: "fold-b", count: 1 });
    expect(await count("fold-a-later")).toEqual({ rows: 0, sum: 0 });
  });

  const differences: [string, Partial<Refused>][] = [
    ["caller", { caller: { kind: "session", userId: "01a1fd31-95ba-726b-b433-be206d7d0078" } }],
    ["kind of caller", { caller: { kind: "key", userId: "01a1fd31-95ba-726b-b433-be206d7d0078" } }],
    ["network", { address: "192.0.3.1" }],
    ["no address", { address: null }],
    ["procedure", { target: "task.list" }],
    ["reason", { reason: "STEP_UP_REQUIRED" }],
    ["event", { event: "authn_login_fail" }],
    ["outcome", { outcome: "failure" }],
    ["account", { account: "one@example.com" }],
    ["another account", { account: "other@example.com" }],
  ];
  it("never across another caller, network, procedure, reason, event or account", async () => {
    const { note, flush } = recorder();
    const requestId = "apart";
    for (const [, difference] of [["none", {}] as const, ...differences])
      for (let time = 0; time < 3; time++) note({ ...refusal, requestId, ...difference });
    await flush(true);
    expect(await count("apart")).toEqual({ rows: 11, sum: 33 });
  });

  it("not before their second is over: a row is never changed", async () => {
    const { note, flush, clock, waiting } = recorder();
    note({ ...refusal, requestId: "early" });
    clock.now += 900;
    await flush();
    expect(await count("early")).toEqual({ rows: 0, sum: 0 });
    note({ ...refusal, requestId: "early" });
    clock.now += 100;
    await flush();
    expect(await count("early")).toEqual({ rows: 1, sum: 2 });
    expect(waiting()).toEqual({ rows: 0, count: 0, alerts: 0 });
  });
});

describe("under flood", () => {
  it("10,000 refusals of as many callers are bounded rows, and every one is counted", async () => {
    const { note, flush, waiting } = recorder(500);
    for (let n = 0; n < 10_000; n++) {
      const address = `10.${n >> 8}.${n & 255}.1`;
      note({ ...refusal, requestId: "flood", address, target: "task.get" });
      if (n % 4 === 0) note({ ...refusal, requestId: "flood", address, reason: "UNAUTHORIZED" });
    }
    expect(waiting()).toEqual({ rows: 502, count: 12_500, alerts: 0 });
    await flush(true);
    expect(await count("flood")).toEqual({ rows: 502, sum: 12_500 });
    const coarse = await refusals(house, house.admin`request_id = 'flood' and resource_kind = 'many'`);
    expect(coarse.map(({ reason }) => reason).sort()).toEqual(["FORBIDDEN", "UNAUTHORIZED"]);
    for (const row of coarse)
      expect(row).toMatchObject({
        ...{
          actor_kind: "anonymous",
          actor_id: null,
          target: null,
          address_prefix: null,
          address_digest: null,
        },
        action: "authz_fail",
      });
  });

  it("10,000 equal ones are one row a second", async () => {
    const { note, flush, clock } = recorder();
    for (let n = 0; n < 10_000; n++) {
      clock.now = START + Math.floor(n / 2);
      note({ ...refusal, requestId: "equal", address: `192.0.2.${n % 256}` });
      if (n % 1_000 === 0) await flush();
    }
    await flush(true);
    expect(await count("equal")).toEqual({ rows: 5, sum: 10_000 });
  });

  it("what is refused while rows are appended is counted too", async () => {
    const { note, flush, clock } = recorder(50);
    let noted = 0;
    for (let round = 0; round < 20; round++) {
      for (let n = 0; n < 100; n++, noted++)
        note({ ...refusal, requestId: "meanwhile", address: `10.0.${n}.1` });
      clock.now += 1_000;
      const appending = flush();
      for (let n = 0; n < 30; n++, noted++)
        note({ ...refusal, requestId: "meanwhile", address: `10.1.${n}.1` });
      await appending;
    }
    await flush(true);
    expect((await count("meanwhile"))?.sum).toBe(noted);
  });
});

it.each([
  "203.0.113.77",
  "2001:db8:1:2:3:4:5:6",
  "2001:db8:0:2::1",
  "2001:0:1::1",
  "2001::1",
  "0:1:2:3::4",
  "::1",
  "::ffff:192.0.2.1",
  "fe80::1%eth0",
  "no address",
  "300.1.1.1",
  "",
])("of the address %s as much is kept as the database keeps", async (address) => {
  const [row] = await house.admin`select address_prefix(${address}) as prefix`;
  expect(prefixOf(address)).toBe(row?.prefix);
});

describe("nothing that a person would not want told", () => {
  const canary = "canary-7f3a";
  it("is in a row or in the log: no e-mail, password, token, input or whole address", async () => {
    const { address, prefix } = freshNetwork();
    const person = await house.person();
    const email = `${canary}@example.com`;
    const headers = { [CLIENT_ADDRESS_HEADER]: address };
    const door = await openDoor(house, { proxies: ["127.0.0.1"] });
    for (const password of [`${canary} password`, PASSWORD])
      await sendAuth(house, "POST", "/sign-in/email", { body: { email, password }, headers });
    await house.call(null, "task.create", { title: canary }, headers);
    await house.call(person, "task.create", { title: canary, projectId: person.workspaceId }, headers);
    const cookie = `holdfast.session_token=${canary}.${canary}; holdfast.device=${canary}`;
    const request = (at: string, more: string) =>
      door.raw(
        `GET ${at} HTTP/1.1\nHost: 127.0.0.1:${door.port}\nX-Forwarded-For: ${address}\nConnection: close\n${more}\n\n`,
      );
    await request(`/api/trpc/me.get?${canary}`, `Cookie: ${cookie}`);
    await request(`/${canary}`, `Authorization: Basic ${canary}`);
    await door.raw(
      `GET /${canary} HTTP/1.1\nHost: ${canary}\nX-Forwarded-For: ${address}\nConnection: close\n\n`,
    );
    await door.close();
    await appended(house);
    const [kept] = await house.admin<{ text: string; rows: number }[]>`
      select string_agg(e::text, ' ') as text, sum(count)::int as rows from audit_event e where address_prefix = ${prefix}`;
    expect(kept?.rows).toBe(7);
    const log = readFileSync(join(house.runtime.env.dataDir, "holdfast.log"), "utf8");
    const lines = log.split("\n").filter((line) => line.includes(prefix));
    expect(lines).toHaveLength(6);
    for (const text of [kept?.text ?? "", log]) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(address);
      expect(text).not.toContain(PASSWORD);
      expect(text).not.toContain(person.cookie.split("=")[1]);
    }
  });
});
