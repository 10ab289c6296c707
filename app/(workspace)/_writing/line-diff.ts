export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Above this many comparisons (lines times lines) the middle counts as rewritten: the page must not stall. */
const MOST = 4_000_000;

/** What changed from one text to another, line by line: a longest common subsequence after equal ends are cut. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  return [
    ...lines("same", a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...lines("same", a.slice(a.length - end)),
  ];
}

function lines(kind: DiffLine["kind"], texts: string[]): DiffLine[] {
  return texts.map((text) => ({ kind, text }));
}

function middle(a: string[], b: string[]): DiffLine[] {
  if (a.length * b.length === 0 || a.length * b.length > MOST)
    return [...lines("removed", a), ...lines("added", b)];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const result: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      result.push({ kind: "same", text: a[i++] ?? "" });
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) result.push({ kind: "removed", text: a[i++] ?? "" });
    else result.push({ kind: "added", text: b[j++] ?? "" });
  }
  return [...result, ...lines("removed", a.slice(i)), ...lines("added", b.slice(j))];
}
