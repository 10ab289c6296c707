import { generateKeyBetween, generateNKeysBetween } from "fractional-indexing";

/** What the order on the board is made of. */
export interface Placed {
  id: string;
  position: string;
}

const LONGEST = 128;

/** Order within a column: by position, byte by byte (never by locale), then by id. */
export function byPlace(a: Placed, b: Placed): number {
  return compare(a.position, b.position) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The writes that put `moved` at `index` of an ordered column, which does not hold it. One write, unless
 * neighbours share a position (new tasks all do): then the shorter side of the tie is re-keyed, of rows that the
 * caller may change; where that is not to be had, the task lands at the nearer end of the tie.
 */
export function placeAt<Row extends Placed>(
  column: readonly Row[],
  index: number,
  moved: Row,
  mayChange: (row: Row) => boolean,
): Placed[] {
  try {
    const writes = withinColumn(column, index, moved, mayChange);
    if (writes.every(({ position }) => position.length <= LONGEST)) return writes;
  } catch {
    // A program may have stored a position that is no fractional index; the column is keyed afresh below.
  }
  return keyedAfresh(column, index, moved, mayChange);
}

function withinColumn<Row extends Placed>(
  column: readonly Row[],
  index: number,
  moved: Row,
  mayChange: (row: Row) => boolean,
): Placed[] {
  const before = column[index - 1];
  const after = column[index];
  if (!before || !after || before.position < after.position) {
    return [
      { id: moved.id, position: generateKeyBetween(before?.position ?? null, after?.position ?? null) },
    ];
  }
  const tie = before.position;
  if (compare(before.id, moved.id) < 0 && compare(moved.id, after.id) < 0)
    return [{ id: moved.id, position: tie }];

  const start = column.findIndex(({ position }) => position === tie);
  const end = column.findLastIndex(({ position }) => position === tie) + 1;
  const lower = column[start - 1]?.position ?? null;
  const upper = column[end]?.position ?? null;
  const above = column.slice(start, index);
  const below = column.slice(index, end);

  const raise = [...above, moved];
  const sink = [moved, ...below];
  const options = [
    { rows: raise, keys: () => generateNKeysBetween(lower, tie, raise.length) },
    { rows: sink, keys: () => generateNKeysBetween(tie, upper, sink.length) },
  ].sort((a, b) => a.rows.length - b.rows.length);
  const open = options.find(({ rows }) => rows.every((row) => row.id === moved.id || mayChange(row)));
  if (open) return pair(open.rows, open.keys());

  const atStart = above.length <= below.length;
  return [
    { id: moved.id, position: atStart ? generateKeyBetween(lower, tie) : generateKeyBetween(tie, upper) },
  ];
}

/** New keys for the whole column, written only where the caller may; the rest keeps what it has. */
function keyedAfresh<Row extends Placed>(
  column: readonly Row[],
  index: number,
  moved: Row,
  mayChange: (row: Row) => boolean,
): Placed[] {
  const rows = [...column.slice(0, index), moved, ...column.slice(index)];
  const writes = pair(rows, generateNKeysBetween(null, null, rows.length));
  return writes.filter((_, at) => {
    const row = rows[at];
    return row !== undefined && (row.id === moved.id || mayChange(row));
  });
}

function pair(rows: readonly Placed[], keys: readonly string[]): Placed[] {
  return rows.map(({ id, position }, at) => ({ id, position: keys[at] ?? position }));
}
