import { v7 } from "uuid";
import { type AlertRow, appendAlerts, appendRefusals, type RefusalRow } from "@/db/evidence";
import { AS_SECURITY } from "@/db/seals";
import type { Transaction, TransactionSettings } from "@/db/transaction";
import type { Alert } from "@/server/guard/alerts/alert";
import { createRules } from "@/server/guard/alerts/rules";
import { Folds } from "@/server/guard/refusals/folds";
import { describeCaller, type Refused } from "@/server/guard/refusals/refusal";
import type { Digest } from "@/server/platform/digest";
import { prefixOf } from "@/server/platform/limits/network";
import type { Log } from "@/server/platform/log";

/** Most alerts that wait to be appended. */
const MOST_ALERTS = 1_000;
/** Most addresses whose prefix is remembered. */
const MOST_ADDRESSES = 1_000;

interface RecorderOptions {
  openTransaction(settings: TransactionSettings): Transaction;
  digest: Digest;
  log: Log;
  /** Milliseconds since 1970. */
  now?(): number;
  /** Most rows that wait to be appended, before refusals fold by event and reason alone. */
  most?: number;
}

export interface Recorder {
  /** Notes a refusal. Costs no wait and no connection. */
  note(refused: Refused): void;
  raise(alert: Alert): void;
  /** Appends what is ready; with `isLast`, all there is. Rejects when it could not, and then keeps it. */
  flush(isLast?: boolean): Promise<void>;
  /** What is not appended yet. */
  waiting(): { rows: number; count: number; alerts: number };
}

/**
 * Keeps evidence of what was refused: notes it in memory, and appends it apart from the requests, equal refusals of a
 * second as one row. Under flood and while the database is away rows grow fewer and coarser; no count is lost.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { openTransaction, digest, log, now = Date.now, most } = options;
  const folds = new Folds(most);
  const judge = createRules();
  const prefixes = rememberPrefixes();
  const alerts = new Map<string, AlertRow>();

  const raise = (alert: Alert) => {
    if (alerts.has(alert.windowKey)) return;
    if (alerts.size >= MOST_ALERTS)
      log.error({ event: "alert_not_kept", rule: alert.rule }, "alert not kept");
    else alerts.set(alert.windowKey, { ...alert, id: v7() });
  };

  const note = (refused: Refused) => {
    const { actorKind, actorId, keyId, resourceKind } = describeCaller(refused.caller, refused.target);
    const { address } = refused;
    // Field by field: spreads of several objects cost 6 µs and memory that only a full collection frees.
    const row = {
      action: refused.event,
      outcome: refused.outcome,
      reason: refused.reason,
      target: refused.target,
      requestId: refused.requestId,
      actorKind,
      actorId,
      keyId,
      resourceKind,
      addressPrefix: address && prefixes(address),
      addressDigest: address && digest("address", address),
      accountDigest: refused.account ? digest("account", refused.account) : null,
    };
    const at = now();
    folds.add(row, at);
    for (const alert of judge(row, at)) raise(alert);
  };

  const append = async (isLast: boolean) => {
    const rows = folds.take(now(), isLast);
    const raised = [...alerts.values()];
    if (rows.length === 0 && raised.length === 0) return;
    const added = await appended(openTransaction(AS_SECURITY), rows, raised);
    folds.settle();
    for (const { windowKey } of raised) alerts.delete(windowKey);
    for (const row of rows) logRow(log, row);
    for (const alert of raised) if (added.has(alert.id)) logAlert(log, alert);
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    note,
    raise,
    // One after the other: two at once would settle each other's rows.
    flush: (isLast = false) => {
      const run = last.then(() => append(isLast));
      last = run.catch(() => {});
      return run;
    },
    waiting: () => ({ rows: folds.rows, count: folds.count, alerts: alerts.size }),
  };
}

async function appended(
  transaction: Transaction,
  rows: readonly RefusalRow[],
  alerts: readonly AlertRow[],
): Promise<Set<string>> {
  try {
    await appendRefusals(transaction.db, rows);
    const added = await appendAlerts(transaction.db, alerts);
    await transaction.commit();
    return added;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

/** Prefixes of addresses, each made once while its address keeps coming. */
function rememberPrefixes() {
  const known = new Map<string, string | null>();
  return (address: string) => {
    const found = known.get(address);
    if (found !== undefined) return found;
    if (known.size >= MOST_ADDRESSES) known.clear();
    const prefix = prefixOf(address);
    known.set(address, prefix);
    return prefix;
  };
}

function logRow(log: Log, { action, id: _, ...row }: RefusalRow): void {
  log.warn({ event: action, ...row }, "refused");
}

function logAlert(log: Log, { rule, severity, subjectKind, subjectId, count, windowKey }: AlertRow): void {
  log.warn({ event: "alert", rule, severity, subjectKind, subjectId, count, windowKey }, "alert");
}
