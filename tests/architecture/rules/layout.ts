import { matches, matchesAny } from "./globs";
import type { Finding } from "./source";

/** A file as the rules of names and sizes see it. */
export interface Text {
  path: string;
  text: string;
}

const FEATURE_FILES = ["router.ts", "schema.ts", "queries.ts", "service.ts"];
/** Where code may be plain JavaScript: it runs before anything is built or installed. */
const LAUNCHERS = ["server/cli/*.mjs", "tests/support/chromium.mjs", "postcss.config.mjs"];
const SHAPELESS = ["utils", "util", "helpers", "helper", "common", "misc", "lib", "shared"];

/** Every name that may lie in the root, and why it must: the house itself, or a tool that looks nowhere else. */
const ROOT = [
  ..."app server db drizzle tests deploy docs public .ci .github".split(" "),
  ..."README.md LICENSE SECURITY.md CONTRIBUTING.md CHANGELOG.md".split(" "),
  ..."package.json package-lock.json tsconfig.json tsconfig.build.json next.config.ts proxy.ts".split(" "),
  ..."biome.json .oxlintrc.json knip.json drizzle.config.ts postcss.config.mjs".split(" "),
  ..."vitest.config.ts playwright.config.ts".split(" "),
  ...".gitignore .gitattributes .dockerignore .editorconfig .env.example .npmrc .nvmrc".split(" "),
];

/** The first that matches decides. Lines, the closing newline not counted. */
const LONGEST: [glob: string, lines: number][] = [
  ["server/features/*/router.ts", 150],
  ["server/guard/middleware/**", 60],
  ["**", 250],
];

export function sizesAreSmall({ path, text }: Text): Finding[] {
  const limit = LONGEST.find(([glob]) => matches(glob, path))?.[1] ?? 0;
  const lines = text.replace(/\n$/, "").split("\n").length;
  if (!/\.(tsx?|mjs|css)$/.test(path) || lines <= limit) return [];
  return [
    { path, line: limit + 1, message: `has ${lines} lines, more than ${limit}: it has two jobs, find them` },
  ];
}

export function namesSayWhatIsInside({ path }: { path: string }): Finding[] {
  const segments = path.split("/");
  const file = segments.at(-1) ?? "";
  const stem = file.replace(/\..*$/, "");
  const found: string[] = [];
  if ([...segments.slice(0, -1), stem].some((name) => SHAPELESS.includes(name.replace(/^_/, ""))))
    found.push("is named for nothing in particular: name it for what it does");
  if (/\.[cm]?[jt]sx?$/.test(path) && !/\.tsx?$/.test(path) && !matchesAny(LAUNCHERS, path))
    found.push("is code that no rule reads: write TypeScript");
  if (stem === "index") found.push("is a barrel: import from the file itself");
  // README.md is what a reader of a folder looks for first, and what hosts of repositories show.
  const named = file === "README.md" ? segments.slice(0, -1) : segments;
  // Next's own names may carry parentheses or a leading underscore; a parameter in brackets is a variable's name.
  if (!named.every((name) => /^([(._]?[a-z0-9][a-z0-9.-]*\)?|\[{1,2}(\.{3})?[a-z]\w*\]{1,2})$/.test(name)))
    found.push("is not in kebab-case");
  if (matches("server/features/**", path) && !isFeatureFile(segments))
    found.push(`does not belong in a feature, which has ${FEATURE_FILES.join(", ")} and nothing else`);
  return found.map((message) => ({ path, line: 1, message }));
}

export function rootHoldsOnlyTheHouse(names: string[]): Finding[] {
  return names
    .filter((name) => !matchesAny(ROOT, name))
    .map((path) => ({ path, line: 1, message: "does not belong in the root: see rules/layout.ts" }));
}

function isFeatureFile(segments: string[]): boolean {
  return segments.length === 4 && FEATURE_FILES.includes(segments[3] ?? "");
}
