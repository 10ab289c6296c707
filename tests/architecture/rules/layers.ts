import { matches, matchesAny } from "./globs";
import { judgeImports, withoutEnding } from "./imports";
import type { Finding, Source } from "./source";

interface Layer {
  /** Files of the layer. The first layer that matches a file is its layer. */
  files: string[];
  /** What they may import of this tree. What is not named is refused. */
  to: string[];
  /** What they may import besides, as types only. */
  types?: string[];
  /** Where code goes that wants more. */
  advice: string;
}

const SCHEMA = "server/features/*/schema";
/** The kinds of input that schemas are made of; it imports zod alone. */
const INPUT = "server/guard/input";
/** Names that everyone may say: types, and the error that means 401. */
const IDENTITY = "server/identity/identity";

/** "Who may import whom" of docs/architecture.md, from the special to the general. `$own` is the file's own folder. */
const LAYERS: Layer[] = [
  {
    files: ["tests/**"],
    to: ["**"],
    advice: "tests may look everywhere",
  },
  {
    files: ["server/cli/*.mjs"],
    to: ["server/cli/*", "tests/support/chromium"],
    advice: "launchers run before there is a build: code belongs in a .ts file behind server/cli/main.ts",
  },
  {
    files: ["server/main.ts", "server/runtime.ts", "server/runtime/**"],
    to: ["server/**", "db/**"],
    advice: "the entry and the composition root know the server and the database, never the pages",
  },
  {
    files: ["server/cli/**"],
    to: ["server/**", "db/**"],
    advice: "commands know the server and the database, never the pages",
  },
  {
    files: ["server/env.ts", "server/env/**"],
    to: ["server/env/**", "server/platform/secrets/**", "server/guard/limits"],
    advice: "env.ts parses; whoever needs a value is handed it by server/runtime.ts",
  },
  {
    files: ["server/router.ts"],
    to: ["server/features/*/router", "server/guard/**"],
    advice: "the table of contents: one line a feature, no logic",
  },
  {
    files: ["server/http/**"],
    to: ["server/http/**", "server/router", "server/identity/**", "server/guard/**", "server/platform/**"],
    types: ["server/env", "server/runtime"],
    advice:
      "features are reached through server/router only; long-lived parts are handed in by server/runtime.ts",
  },
  {
    files: ["server/features/*/queries.ts"],
    to: ["$own/schema", "server/guard/**", "db/**"],
    types: [IDENTITY],
    advice: "a query knows tables and its scope: what calls the outside world goes into service.ts",
  },
  {
    files: ["server/features/*/service.ts"],
    to: [
      "$own/*",
      "server/features/*/service",
      "server/guard/**",
      "server/identity/**",
      "server/platform/**",
    ],
    types: ["db/**"],
    advice: "statements go into queries.ts; of another feature only its service may be called",
  },
  {
    files: ["server/features/*/schema.ts"],
    to: [SCHEMA, INPUT],
    types: ["server/guard/**", "db/schema/*", IDENTITY],
    advice: "a schema reaches the browser: no server code in it",
  },
  {
    files: ["server/features/*/router.ts"],
    to: ["$own/*", "server/guard/**"],
    advice: "a router declares: statements go into queries.ts, the outside world into service.ts",
  },
  {
    files: ["server/guard/input.ts"],
    to: [],
    advice: "schemas take it into the browser: zod alone",
  },
  {
    files: ["server/guard/**"],
    to: ["server/guard/**", "server/platform/**", IDENTITY, "db/**"],
    types: ["server/identity/**", "server/env"],
    advice: "the guard knows no domain and looks nobody up: have server/runtime.ts hand it in",
  },
  {
    files: ["server/identity/**"],
    to: ["server/identity/**", "server/platform/**", "db/**"],
    types: ["server/env"],
    advice: "identity says who calls: limits and audit are handed in by server/runtime.ts",
  },
  {
    files: ["server/platform/**"],
    to: ["server/platform/**"],
    types: ["server/env"],
    advice: "platform wraps the outside world and knows nothing of ours but the types of env",
  },
  {
    files: ["db/**"],
    to: ["db/**"],
    advice: "the database layer never imports the server: pass values in",
  },
  {
    files: ["proxy.ts"],
    to: ["server/http/**"],
    advice: "the proxy sets headers and decides nothing",
  },
  {
    files: ["app/api/**"],
    to: ["server/http/**", "server/runtime"],
    advice: "a route hands the runtime to a handler of server/http and does nothing else",
  },
  {
    files: ["app/_ui/**"],
    to: ["app/_ui/**"],
    advice: "a design-system component is given its data: what fetches belongs to the page",
  },
  {
    files: ["app/_api/server.ts"],
    to: ["server/runtime", "server/router", "server/http/context", "app/_api/**", SCHEMA],
    types: ["server/**"],
    advice: "the server-side caller goes through the runtime and its guard, never around it",
  },
  {
    files: ["app/**"],
    to: ["$section/**", "app/*", "app/_shell/**", "app/_ui/**", "app/_api/**", SCHEMA],
    types: ["server/router"],
    advice:
      "pages ask through app/_api and compose from app/_ui; what two sections share goes to app/_shell or app/_ui",
  },
  {
    files: ["*.config.ts", "*.config.mjs"],
    to: ["tests/support/chromium"],
    advice: "tool configuration stands alone",
  },
];

/** Entries: to import one is to start it. */
const ENTRIES = ["server/main", "server/cli/**"];

export function importsKeepTheirLayer(source: Source): Finding[] {
  const layer = LAYERS.find(({ files }) => matchesAny(files, source.path));
  if (!layer)
    return [
      { path: source.path, line: 1, message: "belongs to no layer: see tests/architecture/rules/layers.ts" },
    ];
  return judgeImports(source, ({ target, isPackage, isType }) => {
    if (isPackage) return undefined;
    const isEntry = matchesAny(ENTRIES, target) && !matches("server/cli/**", source.path);
    const allowed = [...layer.to, ...(isType ? (layer.types ?? []) : [])].map((glob) =>
      own(glob, source.path),
    );
    if (!(isEntry && !source.path.startsWith("tests/")) && matchesAny(allowed, withoutEnding(target)))
      return undefined;
    return `may not import ${isType ? "types of " : ""}${target}: ${layer.advice}`;
  });
}

function own(glob: string, path: string): string {
  const segments = path.split("/");
  return glob
    .replace("$own", segments.slice(0, -1).join("/"))
    .replace("$section", segments.slice(0, 2).join("/"));
}
