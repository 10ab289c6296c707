import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { makeKey } from "@/server/identity/keys/form";
import { type House, openHouse } from "@/tests/support/house";
import { makeKeyFor, makeService } from "@/tests/support/keys";
import { limitsOf } from "@/tests/support/limits";

let house: House;
afterEach(() => house.close());

const from = (address: string) => ({ [CLIENT_ADDRESS_HEADER]: address });
const ask = (headers: Record<string, string>, path = "task.list") => house.call(null, path, {}, headers);

describe("keys that nobody was given", () => {
  it("cost their network its budget, and nobody else anything", async () => {
    house = await openHouse({ limits: limitsOf("auth=3") });
    const owner = await house.person();
    const good = await makeKeyFor(house, owner);
    const fresh = await makeKeyFor(house, owner);
    const guess = (address: string) => ask({ "x-api-key": makeKey().key, ...from(address) });
    expect((await ask({ ...good.header, ...from("192.0.2.1") })).status).toBe(200);
    const guesses = [];
    for (let at = 0; at < 6; at++) guesses.push((await guess("192.0.2.1")).status);
    expect(guesses).toEqual([401, 401, 401, 429, 429, 429]);
    // What was found before goes on, even from there; what is new here pays as a guess does.
    expect((await ask({ ...good.header, ...from("192.0.2.1") })).status).toBe(200);
    expect((await ask({ ...fresh.header, ...from("192.0.2.1") })).status).toBe(429);
    expect((await ask({ ...fresh.header, ...from("192.0.2.2") })).status).toBe(200);
    expect((await guess("192.0.2.2")).status).toBe(401);
  });

  it("are looked up no more once the budget is spent, and those that are none never", async () => {
    house = await openHouse({ limits: limitsOf("auth=2") });
    const reads = async () => {
      const [row] =
        await house.admin`select coalesce(idx_scan, 0) + coalesce(seq_scan, 0) as n from pg_stat_user_tables where relname = 'apikey'`;
      return Number(row?.n);
    };
    for (let at = 0; at < 3; at++) await ask({ "x-api-key": makeKey().key, ...from("192.0.2.9") });
    await house.admin`select pg_stat_force_next_flush()`;
    const settled = async () => {
      let last = -1;
      for (let now = await reads(); now !== last; now = await reads()) {
        last = now;
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      }
      return last;
    };
    const before = await settled();
    for (let at = 0; at < 20; at++) {
      await ask({ "x-api-key": makeKey().key, ...from("192.0.2.9") });
      await ask({ "x-api-key": `hf_${"A".repeat(49)}`, ...from("198.51.100.1") });
    }
    expect(await settled()).toBe(before);
  }, 30_000);
});

describe("budgets", () => {
  it("a key spends its own and its owner's", async () => {
    house = await openHouse({ limits: limitsOf("read=3") });
    const owner = await house.person();
    const [one, two] = [await makeKeyFor(house, owner), await makeKeyFor(house, owner)];
    const statuses = [];
    for (const { header } of [one, two, one, two]) statuses.push((await ask(header)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await house.call(owner, "task.list")).status).toBe(429);
  });

  it("a service spends its account's, by whichever key", async () => {
    house = await openHouse({ limits: limitsOf("service=2") });
    const owner = await house.person();
    const { accountId, header } = await makeService(house, owner);
    const other = await makeKeyFor(house, owner, {
      scopes: ["securityEvent:pull"],
      serviceAccountId: accountId,
    });
    const statuses = [];
    for (const one of [header, other.header, header])
      statuses.push((await ask(one, "securityEvent.pull")).status);
    expect(statuses).toEqual([200, 200, 429]);
    const another = await makeService(house, owner);
    expect((await ask(another.header, "securityEvent.pull")).status).toBe(200);
  });
});

describe("the use of a key", () => {
  it("is noted, and a new network raises one alert", async () => {
    house = await openHouse();
    const owner = await house.person();
    const { id, header } = await makeKeyFor(house, owner);
    const row = async () =>
      (await house.admin`select last_request, networks from apikey where id = ${id}`)[0];
    expect(await row()).toEqual({ last_request: null, networks: [] });
    const seen = (networks: string[]) =>
      expect
        .poll(async () => ((await row())?.networks as string[] | undefined)?.toSorted(), { timeout: 5_000 })
        .toEqual(networks);
    await ask({ ...header, ...from("192.0.2.1") });
    await seen(["192.0.2.0/24"]);
    expect((await row())?.last_request).not.toBeNull();
    await ask({ ...header, ...from("192.0.2.77") });
    const alerts = () =>
      house.admin`select severity, subject_kind, subject_id, details from alert where rule = 'key_used_from_new_network'`;
    await ask({ ...header, ...from("198.51.100.4") });
    await seen(["192.0.2.0/24", "198.51.100.0/24"]);
    await ask({ ...header, ...from("203.0.113.4") });
    await seen(["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"]);
    await expect.poll(alerts, { timeout: 5_000 }).toEqual([
      {
        severity: "warning",
        subject_kind: "key",
        subject_id: id,
        details: { addressPrefix: "198.51.100.0/24" },
      },
    ]);
    // Once in ten minutes, whatever comes.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await alerts()).toHaveLength(1);
  }, 20_000);

  it("is written once for many calls", async () => {
    house = await openHouse();
    const owner = await house.person();
    const { id, header } = await makeKeyFor(house, owner);
    await ask({ ...header, ...from("192.0.2.1") });
    const version = async () =>
      (await house.admin`select xmin::text, last_request from apikey where id = ${id}`)[0];
    await expect.poll(async () => (await version())?.last_request, { timeout: 5_000 }).not.toBeNull();
    const before = await version();
    for (let at = 0; at < 20; at++) await ask({ ...header, ...from("192.0.2.1") });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await version()).toEqual(before);
  }, 20_000);

  it("leaves no key in a log", async () => {
    house = await openHouse();
    const { key } = makeKey();
    house.runtime.reportFailure(new Error(`something with ${key}`), { requestId: "r", path: `/x?k=${key}` });
    const log = readFileSync(join(house.runtime.env.dataDir, "holdfast.log"), "utf8");
    expect(log).toContain("hf_[redacted]");
    expect(log).not.toContain(key);
  });
});
