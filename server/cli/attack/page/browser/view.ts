import {
  type Column,
  type Matrix,
  type Model,
  nounOf,
  owaspId,
  verdictOf,
} from "@/server/cli/attack/page/browser/model";
import type { Cell, Procedure } from "@/server/cli/attack/report";

/** What the reader wants to see of the matrices. */
export interface Filter {
  /** Part of a procedure's name. */
  text: string;
  onlyBroken: boolean;
  /** Such as `API1`; empty means all of them. */
  owasp: ReadonlySet<string>;
}

/** A matrix as it is drawn. */
export interface View {
  columns: Column[];
  rows: Row[];
}

interface Row {
  procedure: Procedure;
  noun: string;
  /** In the order of the columns. */
  slots: Cell[][];
}

/** Unfiltered, empty rows and columns stay: what nobody tried must be seen. */
export function viewOf(model: Model, matrix: Matrix, filter: Filter): View {
  const wanted = ({ attack }: Cell) =>
    filter.owasp.size === 0 || filter.owasp.has(owaspId(model.attacks.get(attack)?.owasp ?? ""));
  const matters = (slot: Cell[]) =>
    filter.onlyBroken ? verdictOf(slot) === "broken" : filter.owasp.size === 0 || slot.length > 0;
  const needle = filter.text.trim().toLowerCase();
  const rows = model.report.procedures
    .filter(({ name }) => name.toLowerCase().includes(needle))
    .map((procedure) => {
      const row = matrix.cells.get(procedure.name);
      const slots = matrix.columns.map(({ id }) => (row?.get(id) ?? []).filter(wanted));
      return { procedure, noun: nounOf(procedure), slots };
    })
    .filter(({ slots }) => slots.some(matters));
  const shown = matrix.columns.map((_, index) => rows.some(({ slots }) => matters(slots[index] ?? [])));
  return {
    columns: matrix.columns.filter((_, index) => shown[index]),
    rows: rows.map((row) => ({ ...row, slots: row.slots.filter((_, index) => shown[index]) })),
  };
}
