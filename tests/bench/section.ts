import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const PAGE = "docs/performance.md";

/** Sections of the page, one a bench, in the order in which they stand. */
const SECTIONS = ["peers", "guard", "levers", "overload", "growth", "memory", "pages", "flame"] as const;
export type Section = (typeof SECTIONS)[number];

const NEW_PAGE = `# Performance

What Holdfast costs, measured. How it is measured, and what a figure does not say:
[tests/bench/README.md](../tests/bench/README.md). What stands between markers is written by the benches with \`--write\`.
`;

const begin = (name: Section) => `<!-- bench:${name} begin -->`;
const end = (name: Section) => `<!-- bench:${name} end -->`;

/**
 * Puts Markdown between the markers of one section of docs/performance.md, and leaves the rest of the page as it is. Returns
 * the page's path. @throws Error when a marker stands without its other, or before it.
 */
export function writeSection(name: Section, markdown: string): string {
  const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : NEW_PAGE;
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, withSection(page, name, markdown));
  return PAGE;
}

/** The page with one section new; a section that it lacks goes where the order of sections has it. */
export function withSection(page: string, name: Section, markdown: string): string {
  const text = `${begin(name)}\n\n${markdown.trim()}\n\n${end(name)}`;
  const place = placeOf(page, name);
  if (place) return page.slice(0, place.from) + text + page.slice(place.to);
  const next = SECTIONS.slice(SECTIONS.indexOf(name) + 1).find((later) => placeOf(page, later));
  const at = next ? page.indexOf(begin(next)) : page.length;
  const [head, tail] = [page.slice(0, at).trimEnd(), page.slice(at)];
  return `${head}\n\n${text}\n${tail && `\n${tail}`}`;
}

function placeOf(page: string, name: Section): { from: number; to: number } | undefined {
  const [from, last] = [page.indexOf(begin(name)), page.indexOf(end(name))];
  if (from < 0 && last < 0) return undefined;
  if (from < 0 || last < from) throw new Error(`${PAGE} has lost a marker of the section ${name}`);
  return { from, to: last + end(name).length };
}
