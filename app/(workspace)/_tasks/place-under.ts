import type { TaskStatus } from "@/server/features/task/schema";
import type { Place } from "./board-columns";
import { STATUSES } from "./labels";

interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * The place that a carried card is over: the column under its middle (or the nearest), after all cards whose middle
 * lies above its own. The ghost itself does not count, so the answer is steady while cards make room.
 */
export function placeUnder(board: HTMLElement, card: Rect, id: string): Place | undefined {
  const x = card.left + card.width / 2;
  const y = card.top + card.height / 2;
  const columns = [...board.querySelectorAll<HTMLElement>("[data-column]")];
  const away = (column: HTMLElement) => {
    const { left, right } = column.getBoundingClientRect();
    return Math.max(left - x, x - right, 0);
  };
  const nearest = columns.sort((a, b) => away(a) - away(b))[0];
  const status = STATUSES.find((value): value is TaskStatus => value === nearest?.dataset.column);
  if (!nearest || !status) return undefined;
  const above = [...nearest.querySelectorAll<HTMLElement>("[data-card]")].filter((other) => {
    const { top, height } = other.getBoundingClientRect();
    return other.dataset.card !== id && top + height / 2 < y;
  });
  return { status, index: above.length };
}
