import { describe, expect, test } from "vitest";
import { bannedNamesStayOut, noNulBytes } from "./rules/bans";
import { environmentIsReadOnce } from "./rules/environment";
import { type Plant, plant } from "./rules/planted";
import { testsAllRun } from "./rules/tests";
import { modulesDoNothingWhenLoaded } from "./rules/top-level";

const at = (path: string, text: string, says?: string): Plant => ({
  what: `${path}: ${text} ${says === undefined ? "passes" : "is refused"}`,
  path,
  text,
  ...(says === undefined ? {} : { says }),
});

describe("banned names", () => {
  plant(bannedNamesStayOut, [
    at("server/http/x.ts", "trpc.initTRPC.create();", "without a policy"),
    at("server/guard/trpc.ts", "initTRPC.create();"),
    at("server/features/task/service.ts", "run({} as Scope);", "only the guard mints"),
    at("server/features/task/service.ts", "run({} as unknown as Readonly<Scope>);", "only the guard mints"),
    at("db/scope.ts", "function is(x: unknown): x is Scope { return true; }", "only the guard mints"),
    at("server/guard/middleware/scope.ts", "run({} as Scope);"),
    at("server/features/task/service.ts", "run({ ...scope, workspaceId: other });", "keeps its brand"),
    at("server/features/task/router.ts", "run({ ...ctx.scope });", "keeps its brand"),
    at("server/features/task/queries.ts", "sql.raw(name);", "sql.raw"),
    at("db/migrate.ts", 'sql["raw"](name);', "sql.raw"),
    at("server/identity/x.ts", "client.unsafe(text);", "unsafe()"),
    at("db/roles.ts", "client.unsafe(text);"),
    at("app/x.tsx", "const x = <p dangerouslySetInnerHTML={{ __html: y }} />;", "dangerouslySetInnerHTML"),
    at("app/x.tsx", 'const props = { "dangerouslySetInnerHTML": y };', "dangerouslySetInnerHTML"),
    at("db/x.ts", "lease.onLost = () => 1;", "until a full collection"),
    at("server/http/x.ts", "this.#end = (function () {}) as End;", "until a full collection"),
    at("server/http/x.ts", "const end = () => 1; this.#end = end;"),
    at("app/x.tsx", "window.onerror = () => 1;"),
    at("app/x.ts", '"use server"; export async function act() {}', "outside the matrix"),
    at("app/x.tsx", 'export async function act() { "use server"; }', "outside the matrix"),
    at("server/features/session/service.ts", "ctx.auth.api.getSession(x);", "auth.api"),
    at("server/runtime.ts", "auth.api.getSession(x);", "auth.api"),
    at("app/api/x/route.ts", "const { auth } = await getRuntime();", "takes nothing out"),
    at("app/api/x/route.ts", "(await getRuntime()).auth.handler(x);", "takes nothing out"),
    at("app/api/x/route.ts", "export const GET = async () => handle(await getRuntime());"),
    at("server/identity/auth.ts", "auth.api.getSession(x);"),
  ]);

  test("NUL bytes", () => {
    const found = noNulBytes({ path: "db/x.ts", text: "a\nb\0c" });
    expect(found).toEqual([{ path: "db/x.ts", line: 2, message: "contains a NUL byte" }]);
    expect(noNulBytes({ path: "db/x.ts", text: "a\nbc" })).toEqual([]);
  });
});

describe("the environment", () => {
  const says = "reads the environment";
  plant(environmentIsReadOnce, [
    at("server/platform/log.ts", "export const level = process.env.LEVEL;", says),
    at("app/x.tsx", 'export const dev = process["env"].NODE_ENV;', says),
    at("db/x.ts", "const { env } = process;", says),
    at("db/x.ts", "const x = globalThis.process.env;", says),
    at("db/x.ts", 'import { env } from "node:process"; void env;', says),
    at("db/x.ts", "const x = process.pid;"),
    at("server/env.ts", "export const raw = process.env;"),
    at("server/cli/start.mjs", 'process.env.NODE_ENV = "production";'),
    at("proxy.ts", 'const isDev = process.env.NODE_ENV === "development";'),
    at("proxy.ts", "const secret = process.env.SECRET;", says),
    at("app/x.tsx", "const mode = process.env.NODE_ENV;", says),
    at("server/cli/doctor.ts", "const x = process.env;", says),
  ]);
});

describe("module top level", () => {
  plant(modulesDoNothingWhenLoaded, [
    at("server/runtime.ts", "await start();", "acts when it is loaded"),
    at("server/platform/x.ts", "export const x = await load();", "awaits"),
    at("server/platform/x.ts", 'process.on("exit", stop);', "acts when it is loaded"),
    at("db/client.ts", "export const sql = postgres(url);", "calls postgres()"),
    at("db/client.ts", "export const pool = new Pool();", "makes a Pool"),
    at("server/guard/x.ts", "const timer = setInterval(sweep, 1000);", "starts a timer"),
    at("server/guard/x.ts", "const seen = new Map();", "keeps an empty Map"),
    at("server/guard/x.ts", 'const KNOWN = new Set(["a"]);'),
    at("server/guard/x.ts", "let count = 0;", "keeps state"),
    at("server/guard/x.ts", "if (ready) go();", "runs a statement"),
    at("server/platform/x.ts", 'const text = readFileSync("x");', "touches files"),
    at(
      "server/platform/x.ts",
      "export const open = () => { let n = 0; return new Map([[n, postgres(url)]]); };",
    ),
    at("db/x.ts", "async function open() { let n = 0; await start(n); }"),
    at("db/x.ts", "export class Door { async open() { await start(); } }"),
    at("db/x.ts", "export class Door { seen = new Map(); }"),
    at("db/x.ts", "export class Door { static all = new Map(); }", "keeps an empty Map"),
    at("db/schema/x.ts", 'export const task = pgTable("task", { id: uuid("id") });'),
    at("server/main.ts", "await start();"),
  ]);
});

describe("left-out tests", () => {
  const says = "leaves tests out";
  plant(testsAllRun, [
    at("tests/x.test.ts", 'test.only("x", f);', says),
    at("tests/x.test.ts", 'describe.skip("x", f);', says),
    at("tests/x.test.ts", 'test.concurrent.skip("x", f);', says),
    at("tests/x.test.ts", 'it.skipIf(slow)("x", f);', says),
    at("tests/e2e/x.spec.ts", "test.describe.only(f);", says),
    at("tests/x.test.ts", 'xit("x", f);', says),
    at("tests/x.test.ts", 'it.skipIf(asRoot)("x", f);'),
    at("tests/x.test.ts", 'test("x", () => list.skip(1));'),
  ]);
});
