/** A field that takes text from people: one line, or several. Lengths are written here anew, not read from a schema. */
export interface TextField {
  path: string;
  field: string;
  kind: "line" | "lines";
  max: number;
  /** Where it is kept; a search is kept nowhere. */
  table?: string;
}

export const TEXT_FIELDS: TextField[] = [
  { path: "task.create", field: "title", kind: "line", max: 200, table: "task" },
  { path: "task.create", field: "description", kind: "lines", max: 10_000, table: "task" },
  { path: "task.update", field: "title", kind: "line", max: 200, table: "task" },
  { path: "task.update", field: "description", kind: "lines", max: 10_000, table: "task" },
  { path: "project.create", field: "name", kind: "line", max: 120, table: "project" },
  { path: "project.create", field: "description", kind: "lines", max: 10_000, table: "project" },
  { path: "project.update", field: "name", kind: "line", max: 120, table: "project" },
  { path: "project.update", field: "description", kind: "lines", max: 10_000, table: "project" },
  { path: "document.create", field: "title", kind: "line", max: 200, table: "document" },
  { path: "document.create", field: "body", kind: "lines", max: 200_000, table: "document" },
  { path: "document.update", field: "title", kind: "line", max: 200, table: "document" },
  { path: "document.update", field: "body", kind: "lines", max: 200_000, table: "document" },
  { path: "workspace.create", field: "name", kind: "line", max: 80, table: "organization" },
  { path: "workspace.update", field: "name", kind: "line", max: 80, table: "organization" },
  { path: "profile.update", field: "name", kind: "line", max: 100, table: "user" },
];

export const SEARCH_FIELDS: TextField[] = ["task.list", "project.list", "document.list"].map((path) => ({
  path,
  field: "search",
  kind: "line",
  max: 200,
}));

/** Text as people write it; all of it comes back as it went in, or in its NFC form where one is named. */
export const CORPUS: { name: string; text: string; stored?: string; lines?: true }[] = [
  { name: "an apostrophe", text: "O'Brien" },
  { name: "an angle bracket", text: "I <3 tests" },
  { name: "markup", text: '<script>alert("1")</script>&amp;' },
  { name: "SQL", text: "SELECT * FROM joke;" },
  { name: "SQL that wants out", text: "'); drop table task; --" },
  { name: "backslashes and percents", text: "100%_sure\\n C:\\temp" },
  { name: "a template", text: "#{7*7} {{7*7}} %s %n" },
  { name: "an emoji of several parts", text: "family 👨‍👩‍👧‍👦 flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿 skin 👋🏽" },
  { name: "right to left with marks", text: "שָׁלוֹם عَرَبِيّ \u202babc\u202c \u200fx" },
  { name: "CJK of four bytes", text: "𠮷野家 𩸽" },
  { name: "precomposed letters", text: "Übergröße ñ" },
  { name: "combining letters", text: "cafe\u0301 A\u030a", stored: "caf\u00e9 \u00c5" },
  { name: "letters that NFC lengthens", text: "\u0958\u0959", stored: "\u0915\u093c\u0916\u093c" },
  { name: "trailing spaces", text: "  trailing   " },
  { name: "unusual spaces", text: "a\u00a0b\u2003c\u3000d\u200be\ufeff" },
  { name: "line separators of Unicode", text: "one\u2028two\u2029three" },
  { name: "what looks like null", text: "null" },
  { name: "what looks like a number", text: "0012e3" },
  { name: "tabs and line breaks", text: "\tfirst\nsecond\r\n\r\n  third\n", lines: true },
];

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index));
const TAB_AND_BREAKS = ["\t", "\n", "\r"];

/** Every control character that a field of the kind refuses. */
export function controlsRefused(kind: TextField["kind"]): string[] {
  const all = [...range(0x00, 0x1f), ...range(0x7f, 0x9f)];
  return kind === "line" ? all : all.filter((character) => !TAB_AND_BREAKS.includes(character));
}
