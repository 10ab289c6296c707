import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import type { House, Person } from "@/tests/support/house";

export interface RefusalRow {
  action: string;
  outcome: string;
  reason: string;
  target: string | null;
  resource_kind: string;
  actor_kind: string;
  actor_id: string | null;
  request_id: string;
  address_prefix: string | null;
  address_digest: string | null;
  account_digest: string | null;
  count: number;
}

let marks = 0;

/** Waits until everything that was refused so far is in the trail: what comes later is appended later. */
export async function appended(house: House): Promise<void> {
  const target = `mark.${++marks}`;
  house.runtime.noteRefusal({
    ...{ event: "authz_fail", outcome: "denied", reason: "MARK", target, caller: null, address: null },
    requestId: target,
  });
  for (const until = Date.now() + 15_000; Date.now() < until; await sleep(50))
    if ((await refusals(house, house.admin`target = ${target}`)).length > 0) return;
  throw new Error("what was refused is not appended");
}

/** Rows of refusals under a condition, in the order in which they began. */
export function refusals(house: House, where: ReturnType<House["admin"]>): Promise<RefusalRow[]> {
  return house.admin<RefusalRow[]>`
    select * from audit_event where outcome <> 'success' and ${where} order by at, id`;
}

let networks = 0;
/** An address whose network nobody had before, and what is kept of it. */
export function freshNetwork(): { address: string; prefix: string } {
  networks++;
  const network = `172.${16 + (networks >> 8)}.${networks & 255}`;
  return { address: `${network}.9`, prefix: `${network}.0/24` };
}

export const from = (address: string) => ({ [CLIENT_ADDRESS_HEADER]: address });

/** A kind of refusal, and the row that it leaves. */
export interface Kind {
  at(): House;
  refuse(address: string): Promise<unknown>;
  row: Partial<RefusalRow>;
  /** The caller, where it was found out who called. */
  by?: () => Person;
  /** A sign-in: the digest of the account tried is kept. */
  account?: true;
  /** Rows that come before it from the same address. */
  before?: number;
}

/** Each kind by itself from a network of its own: exactly one row, that says who, what, from where and why. */
export function itLeavesOneRowEach(kinds: Record<string, Kind>): void {
  const networks = new Map(Object.keys(kinds).map((name) => [name, freshNetwork()]));
  beforeAll(async () => {
    for (const [name, { refuse }] of Object.entries(kinds)) await refuse(networks.get(name)?.address ?? "");
    await Promise.all([...new Set(Object.values(kinds).map(({ at }) => at()))].map(appended));
  }, 60_000);

  it.each(Object.entries(kinds))("%s", async (name, { row, at, account, by, before = 0 }) => {
    const house = at();
    const { address = "", prefix = "" } = networks.get(name) ?? {};
    const rows = (await refusals(house, house.admin`address_prefix = ${prefix}`)).slice(before);
    const actor = by
      ? { actor_kind: "user", actor_id: by().userId }
      : { actor_kind: "anonymous", actor_id: null };
    expect(rows).toEqual([expect.objectContaining({ count: 1, ...actor, ...row })]);
    expect(rows[0]?.request_id).toMatch(/^[0-9a-f-]{32,36}$/);
    expect(rows[0]?.address_digest).toBe(house.runtime.digest("address", address));
    expect(rows[0]?.account_digest === null).toBe(account !== true);
  });
}
