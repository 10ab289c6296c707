import type { KeyboardEvent } from "react";
import { shortcutsAreOn } from "./preference";

const ROW = "[data-row]";
const STEP: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** Up and down, or k and j, move between the links marked `data-row` of a list; Home and End go to its ends. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const at = rowOf(event);
  if (!at) return;
  if (event.key.length === 1 && !shortcutsAreOn()) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(ROW)];
  const to = target(event.key, rows.indexOf(at), rows.length);
  if (to === undefined) return;
  event.preventDefault();
  rows[to]?.focus();
}

/**
 * The link of the row that a key was pressed in: on the link, or on a button beside it. Menus are children for React
 * but not for the page, so what is pressed in them is no key of the row.
 */
export function rowOf({ target, currentTarget }: KeyboardEvent<HTMLElement>): HTMLElement | null {
  if (!(target instanceof HTMLElement) || !currentTarget.contains(target)) return null;
  if (target.matches("input, textarea, select")) return null;
  return target.closest("li")?.querySelector<HTMLElement>(ROW) ?? null;
}

function target(key: string, at: number, rows: number): number | undefined {
  if (key === "Home") return 0;
  if (key === "End") return rows - 1;
  const step = STEP[key];
  return step === undefined ? undefined : Math.min(rows - 1, Math.max(0, at + step));
}

/** Puts the focus on the first row of the page, where j and k go on from. */
export function focusFirstRow(): void {
  document.querySelector<HTMLElement>(`main ${ROW}`)?.focus();
}
