import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectForTransactions } from "@/db/client";
import { openTransaction } from "@/db/transaction";
import { createSealer } from "@/server/guard/seal";
import { type CuttingProxy, startProxy } from "@/tests/faults/proxy";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { sealEverything, verdictOf } from "@/tests/support/seals";

/** Every state that a sealer can be in, by what it sends. */
const STATES = [
  "begin",
  "set_config",
  "pg_try_advisory",
  "audit_seal",
  "audit_event",
  "insert into",
  "commit",
];
const CUTS = STATES.flatMap((at) =>
  (["end", "reset"] as const).flatMap((how) => [false, true].map((answered) => ({ at, how, answered }))),
);
const RANDOM_KILLS = 20;

let house: House;
let people: Person[];
let proxy: CuttingProxy;
beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 3_600_000 });
  people = await Promise.all(Array.from({ length: 4 }, () => house.person()));
  proxy = await startProxy(house.database.appUrl);
});
afterAll(async () => {
  await proxy.stop();
  await house.close();
});

it("whose connection is lost in every state, while others write, seals every row exactly once", async () => {
  // Text in every packet, so that the proxy sees which statement it is.
  const pool = connectForTransactions(proxy.url, { max: 1, prepare: false });
  const seal = createSealer({
    openTransaction: (settings) => openTransaction(pool, settings, { prepare: false }),
    keys: house.runtime.env.auditKeys,
    announce: () => {},
    batch: 5,
  });
  let writing = true;
  const writers = people.map(async (person) => {
    for (let title = 0; writing; title++) {
      await person.in().task.create({ title: `Task ${title}` });
      await sleep(10);
    }
  });
  let losses = 0;
  const sealWithLoss = async () => {
    // Until something was there to seal, and the loss came.
    for (let tries = 0; tries < 200; tries++) {
      const lost = await seal().then(
        () => false,
        () => true,
      );
      if (lost) {
        losses++;
        return;
      }
      await sleep(10);
    }
  };
  for (const cut of CUTS) {
    proxy.cut = cut;
    await sealWithLoss();
  }
  expect(losses).toBe(CUTS.length);
  for (let kill = 0; kill < RANDOM_KILLS; kill++) {
    const sealing = seal().catch(() => {});
    await sleep(Math.random() * 8);
    proxy.cutNow(kill % 2 ? "end" : "reset");
    await sealing;
  }
  writing = false;
  await Promise.all(writers);
  await pool.end({ timeout: 1 });
  await sealEverything(house, 50);
  const rows = await house.admin<{ id: string }[]>`select id from audit_event e order by e.xid, e.id`;
  const sealed = await house.admin<{ id: string }[]>`
    select r.id from audit_seal s, unnest(s.row_ids) with ordinality as r(id, place) order by s.number, r.place`;
  expect(sealed).toEqual(rows);
  expect(rows.length).toBeGreaterThan(100);
  expect(await verdictOf(house)).toMatchObject({ whole: true, rows: rows.length, unsealed: 0 });
}, 120_000);
