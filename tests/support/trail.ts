import { expect } from "vitest";
import type { House } from "@/tests/support/house";

export interface TrailRow {
  action: string;
  transaction: string;
}

/** The audit trail, of everybody or of one actor. */
export const trailOf = ({ admin }: House, actorId?: string) =>
  admin<TrailRow[]>`
    select action, xid::text as transaction from audit_event
    where ${actorId === undefined ? admin`true` : admin`actor_id = ${actorId} and outcome = 'success'`}
    order by xid, id`;

/** Fails unless these are the actions; of one transaction in any order, as ids tell milliseconds and nothing within one. */
export function expectTrail(rows: readonly TrailRow[], actions: readonly string[]): void {
  const left = rows.map(({ action }) => action);
  expect(byTransaction(rows, left)).toEqual(byTransaction(rows, actions));
}

function byTransaction(rows: readonly TrailRow[], actions: readonly string[]): string[][] {
  const transactions = [...new Set(rows.map(({ transaction }) => transaction))];
  const ends = transactions.map((one) => rows.findLastIndex(({ transaction }) => transaction === one) + 1);
  const groups = ends.map((end, index) => actions.slice(ends[index - 1] ?? 0, end).sort());
  return [...groups, actions.slice(rows.length)];
}
