/** Replace `from`–`to` of the text with `insert`, then select `select` (offsets in the new text). */
export interface Edit {
  from: number;
  to: number;
  insert: string;
  select: [start: number, end: number];
}

/** Puts marks around the selection, or takes them away when they are there. */
export function wrap(text: string, start: number, end: number, mark: string): Edit {
  const size = mark.length;
  const inner = text.slice(start, end);
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark) {
    return { from: start - size, to: end + size, insert: inner, select: [start - size, end - size] };
  }
  return { from: start, to: end, insert: `${mark}${inner}${mark}`, select: [start + size, end + size] };
}

/** `[selection](https://)`, with the address selected; a selected address becomes the target. */
export function link(text: string, start: number, end: number): Edit {
  const inner = text.slice(start, end);
  if (/^(https?:\/\/|mailto:)\S+$/.test(inner)) {
    return { from: start, to: end, insert: `[](${inner})`, select: [start + 1, start + 1] };
  }
  const target = "https://";
  const at = start + inner.length + 3;
  return { from: start, to: end, insert: `[${inner}](${target})`, select: [at, at + target.length] };
}

/** Begins every touched line with a mark (`- `, `> `, `## `), or takes it from all when all have it. */
export function prefixLines(text: string, start: number, end: number, mark: string): Edit {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  const to = next === -1 ? text.length : next;
  const lines = text.slice(from, to).split("\n");
  const marked = lines.every((line) => line.startsWith(mark));
  const insert = lines.map((line) => (marked ? line.slice(mark.length) : mark + line)).join("\n");
  if (lines.length > 1) return { from, to, insert, select: [from, from + insert.length] };
  const shift = marked ? -mark.length : mark.length;
  return { from, to, insert, select: [Math.max(from, start + shift), Math.max(from, end + shift)] };
}

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])( \[[ xX]\])? (.*)$/;

/** Enter inside a list: begins the next item, or ends the list on an empty one. Undefined elsewhere. */
export function continueList(text: string, caret: number): Edit | undefined {
  const from = text.lastIndexOf("\n", caret - 1) + 1;
  const [, indent = "", bullet = "", box, rest = ""] = ITEM.exec(text.slice(from, caret)) ?? [];
  if (bullet === "") return undefined;
  if (rest === "") return { from, to: caret, insert: "", select: [from, from] };
  const number = Number.parseInt(bullet, 10);
  const next = Number.isNaN(number) ? bullet : `${number + 1}${bullet.slice(-1)}`;
  const insert = `\n${indent}${next}${box ? " [ ]" : ""} `;
  return { from: caret, to: caret, insert, select: [caret + insert.length, caret + insert.length] };
}
