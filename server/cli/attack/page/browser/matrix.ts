import { count, make } from "@/server/cli/attack/page/browser/element";
import { listenToKeys } from "@/server/cli/attack/page/browser/keys";
import { type Column, verdictOf } from "@/server/cli/attack/page/browser/model";
import type { View } from "@/server/cli/attack/page/browser/view";
import type { Cell, Procedure } from "@/server/cli/attack/report";

/** What a cell of a matrix stands for. */
export interface Spot {
  procedure: Procedure;
  column: Column;
  cells: Cell[];
}

/** How a figure draws: by what was answered, or by whether it held. */
export type Face = (cells: Cell[]) => { text: string; tone: string };

interface Drawing {
  label: string;
  face: Face;
  open(spot: Spot, from: HTMLElement): void;
  /** The pointer or the keyboard is on a cell. */
  note(text: string): void;
}

/** A grid of buttons (ARIA grid pattern): one stop of the Tab key, arrows inside. */
export function drawMatrix(view: View, { label, face, open, note }: Drawing): HTMLTableElement {
  const spots = new Map<Element, { spot: Spot; name: string }>();
  const grid: HTMLButtonElement[][] = [];
  const table = make("table", { role: "grid", "aria-label": label });
  table.append(headOf(view.columns));
  let body: HTMLTableSectionElement | undefined;
  let noun = "";
  for (const { procedure, noun: own, slots } of view.rows) {
    if (!body || own !== noun) {
      noun = own;
      body = make("tbody", {}, groupRow(noun, view.columns.length));
      table.append(body);
    }
    const line: HTMLButtonElement[] = [];
    const row = make("tr", {}, make("th", { scope: "row", title: procedure.name }, procedure.name));
    slots.forEach((cells, index) => {
      const column = view.columns[index];
      if (!column) return;
      const { text, tone } = face(cells);
      const name = `${procedure.name}, ${column.title}: ${describe(cells)}`;
      const verdict = verdictOf(cells);
      const kind = `${tone}${verdict === "broken" ? " broken" : ""}`;
      const button = make(
        "button",
        { type: "button", tabindex: "-1", class: kind, "aria-label": name },
        text,
      );
      spots.set(button, { spot: { procedure, column, cells }, name });
      line.push(button);
      row.append(make("td", {}, button));
    });
    grid.push(line);
    body.append(row);
  }
  grid[0]?.[0]?.setAttribute("tabindex", "0");
  listenToKeys(table, grid);
  const at = (event: Event) => spots.get((event.target as Element).closest("button") ?? table);
  table.addEventListener("click", (event) => {
    const found = at(event);
    if (found) open(found.spot, event.target as HTMLElement);
  });
  for (const kind of ["pointerover", "focusin"])
    table.addEventListener(kind, (event) => note(at(event)?.name ?? ""));
  return table;
}

function headOf(columns: Column[]): HTMLTableSectionElement {
  const groups: { title: string; size: number }[] = [];
  for (const { group } of columns) {
    const last = groups.at(-1);
    if (last?.title === group) last.size += 1;
    else groups.push({ title: group, size: 1 });
  }
  const head = make("thead");
  if (groups.some(({ title }) => title !== ""))
    head.append(
      make(
        "tr",
        { class: "groups" },
        make("td"),
        ...groups.map(({ title, size }) =>
          make("th", { scope: "colgroup", colspan: String(size) }, make("span", {}, title)),
        ),
      ),
    );
  const titles = columns.map(({ title, about }) =>
    make("th", { scope: "col", title: about }, make("span", {}, title)),
  );
  head.append(make("tr", { class: "titles" }, make("th", { scope: "col" }, "procedure"), ...titles));
  return head;
}

function groupRow(noun: string, columns: number): HTMLTableRowElement {
  const title = make("th", { scope: "rowgroup" }, noun);
  return make("tr", { class: "noun" }, title, make("td", { colspan: String(Math.max(columns, 1)) }));
}

/** The whole of a cell in words, for those who do not see it. */
function describe(cells: Cell[]): string {
  const verdict = verdictOf(cells);
  if (verdict === "untried") return "not tried";
  if (verdict === "n/a") return "does not apply";
  const statuses = statusesOf(cells);
  const answered = statuses.length > 0 ? `, answered ${statuses.join(", ")}` : "";
  return `${verdict}${answered}, ${count(cells.flatMap(({ probes }) => probes).length, "request")}`;
}

/** Each status once, in the order in which they came. */
export function statusesOf(cells: readonly Cell[]): number[] {
  return [...new Set(cells.flatMap(({ probes }) => probes.map(({ answer }) => answer.status)))];
}
