import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Transaction } from "@/db/transaction";
import { limitStoreDown } from "@/server/guard/alerts/alert";
import { createRecorder } from "@/server/guard/refusals/recorder";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { eventually, holdAt } from "@/tests/support/hold";
import { type House, openHouse } from "@/tests/support/house";
import { type DatabaseProxy, startProxy } from "@/tests/support/proxy";
import { verdictOf } from "@/tests/support/seals";

let house: House;
let proxy: DatabaseProxy;
beforeAll(async () => {
  house = await openHouse();
  proxy = await startProxy(house.database.appUrl);
});
afterAll(async () => {
  await house.close();
  await proxy.down();
});

const refuse = (at: House, network: number) =>
  at.call(null, "task.list", {}, { [CLIENT_ADDRESS_HEADER]: `192.0.${network}.1` });
const written = async (at: House) => {
  const [row] = await at.admin<{ rows: number; sum: number }[]>`
    select count(*)::int as rows, coalesce(sum(count), 0)::int as sum from audit_event where action = 'authz_fail'`;
  return row;
};
const logOf = (at: House) => readFileSync(join(at.runtime.env.dataDir, "holdfast.log"), "utf8");

/** A house whose database can be taken away. */
const openAway = () =>
  openHouse((database) => ({
    database: { url: proxy.through(database.appUrl), authUrl: proxy.through(database.authUrl) },
  }));

describe("while the database is away", () => {
  it("refusals go on, are kept, and are appended when it is back: none lost, none doubled", async () => {
    const away = await openAway();
    for (let n = 0; n < 10; n++) await refuse(away, n);
    const person = await away.person();
    await proxy.down();
    const begin = performance.now();
    for (let n = 0; n < 300; n++) expect((await refuse(away, n % 100)).status).toBe(401);
    expect(performance.now() - begin).toBeLessThan(5_000);
    await eventually(async () => logOf(away).includes('"refusals_not_appended"'));
    for (let n = 0; n < 100; n++) await refuse(away, n);
    // An outage is no refusal, and no limit hit.
    expect((await away.call(person, "me.get")).status).toBe(503);
    await proxy.up();
    await eventually(async () => ((await written(away))?.sum ?? 0) >= 410);
    await sleep(2_500);
    expect((await written(away))?.sum).toBe(410);
    expect(await away.admin`select 1 from audit_event where action = 'excess_rate_limit_exceeded'`).toEqual(
      [],
    );
    await away.close();
  }, 60_000);

  it("at the end, what is lost is told to the log by number, and the end is not held up", async () => {
    const away = await openAway();
    await proxy.down();
    for (let n = 0; n < 7; n++) await refuse(away, n % 3);
    const begin = performance.now();
    await away.runtime.close();
    expect(performance.now() - begin).toBeLessThan(12_000);
    expect(logOf(away)).toMatch(/"event":"refusals_lost","rows":3,"count":7/);
    await proxy.up();
    await away.close();
  }, 60_000);
});

it("a stop appends what was refused a moment ago, and seals it", async () => {
  const ending = await openHouse();
  for (let n = 0; n < 50; n++) await refuse(ending, n % 5);
  expect(await written(ending)).toEqual({ rows: 0, sum: 0 });
  await ending.runtime.close();
  expect(await written(ending)).toEqual({ rows: 5, sum: 50 });
  const [left] = await ending.admin<{ left: number }[]>`
    select (select count(*) from audit_event)::int - (select coalesce(sum(count), 0) from audit_seal)::int as left`;
  expect(left?.left).toBe(0);
  await ending.close();
});

describe("an append that fails", () => {
  const noteTo = (openTransaction: House["runtime"]["openTransaction"]) => {
    const { digest } = house.runtime;
    const recorder = createRecorder({ openTransaction, digest, log: pino({ enabled: false }) });
    const noted = (requestId: string, network: number) =>
      recorder.note({
        ...{ event: "authz_fail", outcome: "denied", reason: "FORBIDDEN", target: "task.get", caller: null },
        ...{ address: `192.0.${network}.1`, requestId },
      });
    return { ...recorder, noted };
  };
  const kept = async (requestId: string) => {
    const rows = await house.admin<{ count: number }[]>`
      select count from audit_event where request_id = ${requestId} order by count`;
    return rows.map(({ count }) => count);
  };

  it("without our knowing whether it did is neither lost nor doubled", async () => {
    let isLost = true;
    const recorder = noteTo((settings) => {
      const transaction = house.runtime.openTransaction(settings);
      return {
        db: transaction.db,
        unsafe: transaction.unsafe,
        rollback: transaction.rollback.bind(transaction),
        commit: async () => {
          await transaction.commit();
          if (isLost) throw new Error("the answer to COMMIT was lost");
        },
      } satisfies Transaction;
    });
    for (let n = 0; n < 6; n++) recorder.noted("unknown", n % 2);
    recorder.raise(limitStoreDown(Date.now()));
    await expect(recorder.flush(true)).rejects.toThrow("was lost");
    // Equal to what may be there already: it must come on top, not into it.
    for (let n = 0; n < 4; n++) recorder.noted("unknown", n % 2);
    await expect(recorder.flush(true)).rejects.toThrow("was lost");
    isLost = false;
    await recorder.flush(true);
    await recorder.flush(true);
    expect(await kept("unknown")).toEqual([2, 2, 3, 3]);
    expect(recorder.waiting()).toEqual({ rows: 0, count: 0, alerts: 0 });
  });

  it("when its connection is killed at the commit is made good", async () => {
    const recorder = noteTo(house.runtime.openTransaction);
    for (let n = 0; n < 6; n++) recorder.noted("killed", n % 2);
    const hold = await holdAt(house.database.adminUrl, "audit_event", "commit");
    const first = recorder.flush(true);
    const outcome = expect(first).rejects.toThrow();
    await hold.reached(1);
    await hold.kill();
    await outcome;
    await hold.release();
    await recorder.flush(true);
    expect(await kept("killed")).toEqual([3, 3]);
  });

  it("leaves none of its rows behind, and a later one brings all", async () => {
    const recorder = noteTo(house.runtime.openTransaction);
    for (let n = 0; n < 1_200; n++)
      recorder.note({
        ...{ event: "authz_fail", outcome: "denied", reason: "FORBIDDEN", caller: null },
        ...{ target: `task.${n}`, address: null, requestId: "halves" },
      });
    await house.admin.unsafe(
      `alter table audit_event add constraint never check (target <> 'task.1100') not valid`,
    );
    await expect(recorder.flush(true)).rejects.toThrow();
    expect(await kept("halves")).toEqual([]);
    await house.admin.unsafe("alter table audit_event drop constraint never");
    await recorder.flush();
    expect(await kept("halves")).toHaveLength(1_200);
  });
});

it("rows of refusals are sealed as all others are", async () => {
  await refuse(house, 1);
  await eventually(async () => ((await written(house))?.sum ?? 0) > 0);
  await eventually(async () => (await verdictOf(house)).unsealed === 0);
  expect(await verdictOf(house)).toMatchObject({ whole: true });
});
