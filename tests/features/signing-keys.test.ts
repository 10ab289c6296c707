import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import { createKeyRing, type KeyRing } from "@/server/identity/tokens/key-ring";
import { createKeyStore, type KeyStore, LEAD_S, type StoredKey } from "@/server/identity/tokens/key-store";
import { firstVersion, type Versions } from "@/server/platform/secrets/versions";
import { type ScratchDatabase, scratchDatabase } from "@/tests/support/database";

const SECRET = "one secret of a house, long enough 1234";
const OTHER = "another secret of a house, long enough 9";

let database: ScratchDatabase;
let sql: ReturnType<typeof connect>;
let admin: ReturnType<typeof connect>;
beforeAll(async () => {
  database = await scratchDatabase();
  sql = connect(database.authUrl, { max: 4, prepare: true });
  admin = connect(database.adminUrl, { max: 2, prepare: true });
});
afterAll(async () => {
  await Promise.all([sql.end(), admin.end()]);
  await database.drop();
});

const storeOf = (secrets: Versions = firstVersion(SECRET)) => createKeyStore(sql, () => secrets);
function ringOf(options: { store?: KeyStore; secrets?: Versions; now?: () => number } = {}): KeyRing {
  const secrets = options.secrets ?? firstVersion(SECRET);
  const store = options.store ?? storeOf(secrets);
  return createKeyRing({
    store,
    secrets: () => secrets,
    unopened: () => {},
    ...(options.now && { now: options.now }),
  });
}
const kids = () =>
  storeOf()
    .list()
    .then((keys) => keys.map(({ kid }) => kid));
const clear = () => admin`delete from jwks`;

describe("signing keys", () => {
  it("are one when 20 processes begin at once", async () => {
    await clear();
    const pools = Array.from({ length: 20 }, () => connect(database.authUrl, { max: 1, prepare: true }));
    const secrets = firstVersion(SECRET);
    const rings = pools.map((pool) => ringOf({ store: createKeyStore(pool, () => secrets) }));
    await Promise.all(rings.map((ring) => ring.tend()));
    expect(await kids()).toHaveLength(1);
    expect(new Set(rings.map((ring) => ring.signer().kid))).toEqual(new Set(await kids()));
    await Promise.all(pools.map((pool) => pool.end()));
  });

  it("are published before they sign, and verify after that", async () => {
    await clear();
    const begin = Date.now();
    let now = begin;
    const ring = ringOf({ now: () => now });
    await ring.tend();
    const first = ring.signer().kid;
    const second = await storeOf().add("commanded", LEAD_S);
    await ring.reload();
    const published = () => ring.published().map(({ kid }) => kid);
    expect(new Set(published())).toEqual(new Set([first, second]));
    // Longer than anybody may keep a JWKS without it.
    now = begin + 590_000;
    expect(ring.signer().kid).toBe(first);
    now = begin + 610_000;
    expect(ring.signer().kid).toBe(second);
    // The last token of the first key, by a process that learned of it half a minute late.
    now = begin + 600_000 + 30_000 + 304_000;
    expect(ring.known(first)).toBeDefined();
    now = begin + 600_000 + 400_000;
    expect(ring.known(first)).toBeUndefined();
    expect(published()).toEqual([second]);
  });

  it("are made by the schedule once, however many look", async () => {
    await clear();
    await ringOf().tend();
    await ringOf().tend();
    expect(await kids()).toHaveLength(1);
    await admin`update jwks set signs_from = now() - interval '30 days'`;
    await Promise.all([ringOf().tend(), ringOf().tend(), ringOf().tend()]);
    expect(await kids()).toHaveLength(2);
  });

  it("wait one at a time", async () => {
    await clear();
    await ringOf().tend();
    expect(await storeOf().add("commanded", LEAD_S)).not.toBeNull();
    expect(await storeOf().add("commanded", LEAD_S)).toBeNull();
  });

  it("are known no more when they are retired, without a private half, and another signs", async () => {
    await clear();
    const ring = ringOf();
    await ring.tend();
    const { kid } = ring.signer();
    expect(await storeOf().retire(kid)).toBe(true);
    expect(await storeOf().retire(kid)).toBe(false);
    await ring.reload();
    expect(ring.known(kid)).toBeUndefined();
    expect(() => ring.signer()).toThrow(expect.objectContaining({ name: "DatabaseUnavailable" }));
    await ring.tend();
    expect(ring.signer().kid).not.toBe(kid);
    const [row] = await admin`select private_key from jwks where id = ${kid}`;
    expect(row?.private_key).toBe("");
    const events = await admin`select action from audit_event where resource_id = ${kid} order by id`;
    expect(events.map(({ action }) => action)).toEqual(["signing_key_created", "signing_key_retired"]);
  });

  it("do not sign in their last minutes", async () => {
    await clear();
    const ring = ringOf();
    await ring.tend();
    const old = ring.signer().kid;
    const next = (await storeOf().add("commanded", LEAD_S)) ?? "";
    await admin`update jwks set expires_at = now() + interval '100 seconds' where id = ${old}`;
    await ring.reload();
    // A token of the old one would be refused before it expires.
    expect(ring.signer().kid).toBe(next);
  });

  it("open with any version of the secret, and are replaced when none does", async () => {
    await clear();
    await ringOf().tend();
    const [first] = await kids();
    const both: Versions = {
      current: 2,
      secrets: new Map([
        [2, OTHER],
        [1, SECRET],
      ]),
    };
    const rolled = ringOf({ secrets: both });
    await rolled.tend();
    expect(rolled.signer().kid).toBe(first);
    const compromised = ringOf({ secrets: { current: 2, secrets: new Map([[2, OTHER]]) } });
    await compromised.tend();
    expect(compromised.signer().kid).not.toBe(first);
    expect(compromised.known(first ?? "")).toBeDefined();
  });
});

describe("an unknown key id", () => {
  it("makes us look once in 30 seconds, however many come", async () => {
    await clear();
    await storeOf().add("missing", 0);
    let looks = 0;
    let now = Date.now();
    const store: KeyStore = {
      ...storeOf(),
      list: () => {
        looks++;
        return storeOf().list();
      },
    };
    const ring = ringOf({ store, now: () => now });
    await ring.reload();
    looks = 0;
    const flood = Array.from({ length: 100 }, (_, index) => ring.find(`made-up-${index}`));
    expect((await Promise.all(flood)).filter(Boolean)).toEqual([]);
    expect(looks).toBe(1);
    // One that came meanwhile is found when the 30 seconds are over, without anybody's telling us.
    const kid = (await storeOf().add("commanded", 0)) ?? "";
    expect(await ring.find(kid)).toBeUndefined();
    now += 30_000;
    expect(await ring.find(kid)).toBeDefined();
    expect(looks).toBe(2);
  });

  it("is unknown while the database does not answer", async () => {
    const store = { ...storeOf(), list: () => Promise.reject<StoredKey[]>(new Error("away")) };
    expect(await ringOf({ store }).find("x")).toBeUndefined();
  });
});

describe("a change that is told of while the keys are read", () => {
  it("is read too", async () => {
    await clear();
    await storeOf().add("missing", 0);
    const late = storeOf();
    const store: KeyStore = {
      ...late,
      list: async () => {
        const keys = await late.list();
        await sleep(100);
        return keys;
      },
    };
    const ring = ringOf({ store });
    const first = ring.reload();
    await sleep(50);
    const kid = (await storeOf().add("commanded", 0)) ?? "";
    await Promise.all([first, ring.reload(), ring.reload()]);
    expect(ring.known(kid)).toBeDefined();
  });
});
