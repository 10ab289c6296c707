type Grid = HTMLButtonElement[][];
type Place = [row: number, column: number];

/** Arrow keys, Home, End, Page Up and Page Down move through a grid (ARIA grid pattern, roving tabindex). */
export function listenToKeys(table: HTMLTableElement, grid: Grid): void {
  let stop = grid[0]?.[0];
  const places = new Map(
    grid.flatMap((line, row) => line.map((button, column): [Element, Place] => [button, [row, column]])),
  );
  table.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLButtonElement) || target === stop) return;
    stop?.setAttribute("tabindex", "-1");
    target.setAttribute("tabindex", "0");
    stop = target;
  });
  table.addEventListener("keydown", (event) => {
    const place = places.get(event.target as Element);
    const next = place && goal(event, place, grid);
    if (!next || event.altKey || event.metaKey) return;
    event.preventDefault();
    const row = Math.min(Math.max(next[0], 0), grid.length - 1);
    const column = Math.min(Math.max(next[1], 0), (grid[row]?.length ?? 1) - 1);
    grid[row]?.[column]?.focus();
  });
}

function goal({ key, ctrlKey }: KeyboardEvent, [row, column]: Place, grid: Grid): Place | undefined {
  const last: Place = [grid.length - 1, (grid[0]?.length ?? 1) - 1];
  const goals: Record<string, Place> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    PageUp: [row - 8, column],
    PageDown: [row + 8, column],
    Home: ctrlKey ? [0, 0] : [row, 0],
    End: ctrlKey ? last : [row, last[1]],
  };
  return goals[key];
}
