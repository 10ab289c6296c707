import { v7 } from "uuid";
import type { RefusalRow } from "@/db/evidence";

/** A refusal without its place in the trail. */
export type Folding = Omit<RefusalRow, "id" | "at" | "count">;

/** What fits into the column. */
const MOST_COUNTED = 2_000_000_000;

interface Open {
  row: RefusalRow;
  openedAt: number;
}

/**
 * Folds refusals that are equal within a window into one row with a count, and keeps rows until they are appended. At
 * most `most` are kept: what comes beyond folds by event and reason alone, so that memory is bounded and counts are not.
 * Times are milliseconds since 1970.
 */
export class Folds {
  readonly #fine = new Map<string, Open>();
  readonly #coarse = new Map<string, Open>();
  /** Rows whose window is over. */
  #closed: RefusalRow[] = [];
  /** Rows that somebody tries to append: never changed, because an attempt that failed may have succeeded. */
  #taken: RefusalRow[] = [];

  constructor(
    private readonly most = 5_000,
    private readonly windowMs = 1_000,
  ) {}

  /** Rows that are kept; those of the coarser fold come on top, one for each event and reason. */
  get rows(): number {
    return this.#taken.length + this.#closed.length + this.#fine.size + this.#coarse.size;
  }

  /** Refusals that are kept. */
  get count(): number {
    const open = [...this.#fine.values(), ...this.#coarse.values()].map(({ row }) => row);
    return [...this.#taken, ...this.#closed, ...open].reduce((sum, { count }) => sum + count, 0);
  }

  add(folding: Folding, now: number): void {
    const key = keyOf(folding);
    const open = this.#fine.get(key);
    if (open && now - open.openedAt < this.windowMs && open.row.count < MOST_COUNTED) {
      open.row.count++;
      return;
    }
    if (open) {
      this.#fine.delete(key);
      this.#closed.push(open.row);
    }
    if (this.rows - this.#coarse.size < this.most) this.#fine.set(key, opened(folding, now));
    else this.#addCoarse(folding, now);
  }

  /** Rows to append: those of the last attempt until `settle` says that it succeeded, else all whose window is over. */
  take(now: number, isLast = false): readonly RefusalRow[] {
    if (this.#taken.length > 0) return this.#taken;
    this.#taken = this.#closed;
    this.#closed = [];
    for (const open of [this.#fine, this.#coarse]) {
      for (const [key, { row, openedAt }] of open) {
        if (!isLast && now - openedAt < this.windowMs) continue;
        open.delete(key);
        this.#taken.push(row);
      }
    }
    return this.#taken;
  }

  /** What was taken is appended. */
  settle(): void {
    this.#taken = [];
  }

  #addCoarse({ action, outcome, reason, requestId }: Folding, now: number): void {
    const key = [action, outcome, reason].join("\n");
    const open = this.#coarse.get(key);
    if (open && open.row.count < MOST_COUNTED) {
      open.row.count++;
      return;
    }
    if (open) this.#closed.push(open.row);
    const nobody = { addressPrefix: null, addressDigest: null, accountDigest: null };
    this.#coarse.set(
      key,
      opened(
        {
          ...{ action, outcome, reason, requestId, ...nobody },
          ...{ actorKind: "anonymous", actorId: null, keyId: null, resourceKind: "many", target: null },
        },
        now,
      ),
    );
  }
}

function opened(folding: Folding, now: number): Open {
  const row = { ...folding, id: v7({ msecs: now }), at: new Date(now).toISOString(), count: 1 };
  return { row, openedAt: now };
}

function keyOf(folding: Folding): string {
  const { action, outcome, reason, target, actorKind, actorId, keyId, addressPrefix, accountDigest } =
    folding;
  return [action, outcome, reason, target, actorKind, actorId, keyId, addressPrefix, accountDigest].join(
    "\n",
  );
}
