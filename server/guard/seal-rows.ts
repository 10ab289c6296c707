import { type FoundRow, rowExists, rowsBetween, type Seal } from "@/db/seals";
import type { ScopedDatabase } from "@/db/transaction";
import { digestOfDetail } from "@/server/guard/change";
import { digestOfRow } from "@/server/guard/seal-chain";
import { detailFault, type Fault, rowFault } from "@/server/guard/seal-faults";
import type { Taken } from "@/server/guard/seal-takings";

/** Compares the rows of a seal with what it says that they were. The seal itself is true by now. */
export async function judgeRows(
  tx: ScopedDatabase,
  seal: Seal,
  previous: Seal | undefined,
  taken: Taken,
): Promise<Fault | undefined> {
  const found = await rowsBetween(tx, previous, seal);
  if (seal.number <= taken.through) {
    const [kept] = found;
    return kept && rowFault(seal, kept.id, "kept");
  }
  const rows = new Map(found.map((row) => [row.id, row]));
  for (const [index, id] of seal.rowIds.entries()) {
    const row = rows.get(id);
    if (!row && !(await rowExists(tx, id))) return rowFault(seal, id, "missing");
    if (!row || digestOfRow(row) !== seal.rowDigests[index]) return rowFault(seal, id, "altered");
    const fault = judgeDetail(seal, row, taken);
    if (fault) return fault;
  }
  const sealed = new Set(seal.rowIds);
  const extra = found.find(({ id }) => !sealed.delete(id));
  return extra && rowFault(seal, extra.id, "extra");
}

/** Only an erasure that the trail itself records, of whoever did it or whom it was done to, explains a missing detail. */
function judgeDetail(seal: Seal, row: FoundRow, { erased }: Taken): Fault | undefined {
  const { id, detailDigest, salt, facts, actorId, resourceId } = row;
  if (salt === null || facts === null) {
    const isErased = [actorId, resourceId].some((person) => person !== null && erased.has(person));
    return detailDigest === null || isErased ? undefined : detailFault(seal, id, "missing");
  }
  if (detailDigest === null) return detailFault(seal, id, "extra");
  return digestOfDetail({ salt, facts }) === detailDigest ? undefined : detailFault(seal, id, "altered");
}
