import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { authRouteCoverage } from "@/server/cli/audit/auth-routes";
import { authPaths } from "@/server/cli/audit/command";
import { fileRouteCoverage } from "@/server/cli/audit/file-routes";
import { tokenRouteCoverage } from "@/server/cli/audit/token-routes";
import { AUTH_ROUTES, type AuthRoute } from "@/server/http/auth-routes";
import { TOKEN_ROUTES } from "@/server/http/token-routes";

/** The faults of a tree that holds one file. */
function planted(path: string, source: string): string[] {
  const root = mkdtempSync(join(tmpdir(), "holdfast-audit-"));
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), source);
  return fileRouteCoverage(root).flatMap(({ name, faults }) => faults.map(({ what }) => `${name} ${what}`));
}

const PAGE = "app/(workspace)/planted/page.tsx";
const HEALTH = "app/api/health/route.ts";

describe("a file route", () => {
  it.each([
    [
      "a new one",
      "app/api/planted/route.ts",
      "export const GET = () => Response.json({});",
      "nobody decided on",
    ],
    [
      "one beside a page",
      "app/planted/route.tsx",
      'export { handler as GET } from "@/server/http/x";',
      "nobody decided on",
    ],
    [
      "one with its own answer",
      HEALTH,
      "export const GET = () => Response.json({ all: 1 });",
      "does more than",
    ],
    [
      "one that uses the runtime itself",
      "app/api/ready/route.ts",
      'import { handleReady } from "@/server/http/health";\nimport { getRuntime } from "@/server/runtime";\nexport const GET = async () => { const { db } = await getRuntime(); await db.query(); return handleReady(await getRuntime()); };',
      "does more than",
    ],
    [
      "one that asks the database",
      HEALTH,
      'import { task } from "@/db/schema/task";\nimport { handleHealth } from "@/server/http/health";\nexport const GET = () => handleHealth(task);',
      "does more than",
    ],
    [
      "one that hands over to another",
      HEALTH,
      'export { handleAll as GET } from "@/server/http/all";',
      "does more than",
    ],
    [
      "one that hands over to another besides",
      HEALTH,
      'import { handleHealth } from "@/server/http/health";\nexport const GET = () => handleHealth();\nexport { handleAll as POST } from "@/server/http/all";',
      "does more than",
    ],
    [
      "one that names another as its handler",
      HEALTH,
      'import { handleAll as handleHealth } from "@/server/http/all";\nexport const GET = () => handleHealth();',
      "does more than",
    ],
    ["one that hands nothing over", HEALTH, "export const GET = null;", "does more than"],
    ...["new Response", "process.env", "globalThis.runtime", "String.raw`all`"].map(
      (extra): [string, string, string, string] => [
        `one that brings ${extra}`,
        HEALTH,
        `import { handleHealth } from "@/server/http/health";\nexport const GET = () => handleHealth(${extra});`,
        "does more than",
      ],
    ),
    [
      "one with a second handler",
      HEALTH,
      'import { handleHealth } from "@/server/http/health";\nimport { handleAll } from "@/server/http/all";\nexport const GET = () => handleHealth();\nexport const POST = () => handleAll();',
      "does more than",
    ],
  ])("that is %s is found", (_, path, source, what) => {
    expect(planted(path, source)).toEqual([expect.stringContaining(what)]);
  });

  it.each(["api/health", "api/ready", "api/trpc/[trpc]", "api/auth/[...all]"])(
    "of ours is not: %s",
    (name) => {
      const path = `app/${name}/route.ts`;
      expect(planted(path, readFileSync(path, "utf8"))).toEqual([]);
    },
  );
});

describe("a page that reads data without the caller", () => {
  it.each([
    ["tables", 'import { task } from "@/db/schema/task";'],
    ["the raw runtime", 'import { getRuntime } from "@/server/runtime";'],
    ["the router, with a context of its own", 'import { appRouter } from "@/server/router";'],
    ["a query", 'import { listTasks } from "@/server/features/task/queries";'],
    ["a handler", 'import { createContext } from "@/server/http/context";'],
    ["a relative path", 'import { getRuntime } from "../../../server/runtime";'],
    ["single quotes", "import { getRuntime } from '@/server/runtime';"],
    ["several lines", 'import {\n  getRuntime,\n} from "@/server/runtime";'],
    ["an import of everything", 'import * as all from "@/db/client";'],
    ["an import for its effect", 'import "@/server/main";'],
    ["an import at run time", 'const { getRuntime } = await import("@/server/runtime");'],
    ["an import by template", "const all = await import(`@/db/schema/task`);"],
    ["require", 'const { getRuntime } = require("@/server/runtime");'],
    ["a re-export", 'export { getRuntime } from "@/server/runtime";'],
    ["a type beside a value", 'import { type Runtime, getRuntime } from "@/server/runtime";'],
    ["the driver", 'import postgres from "postgres";'],
    ["the query builder", 'import { eq } from "drizzle-orm";'],
    ["what the process keeps", 'const runtime = globalThis[Symbol.for("holdfast.runtime")];'],
  ])("through %s is found", (_, source) => {
    expect(planted(PAGE, source)).toEqual([expect.stringContaining(`${PAGE} reads data past the guard`)]);
    expect(planted("app/(workspace)/planted/layout.tsx", source)).toHaveLength(1);
  });

  it("in a Server Action is found", () => {
    expect(planted("app/planted/act.ts", "'use server';\nexport async function act() {}")).toEqual([
      expect.stringContaining("is a Server Action"),
    ]);
  });

  it.each([
    'import type { AppRouter } from "@/server/router";',
    'import { updateTaskInput } from "@/server/features/task/schema";',
    'import { requireMe } from "@/app/_api/server";',
    'import { createAuthClient } from "better-auth/react";',
  ])("is not what this is: %s", (source) => {
    expect(planted(PAGE, source)).toEqual([]);
  });
});

describe("a route of Better Auth's", () => {
  const good = AUTH_ROUTES.find(({ path }) => path === "/sign-in/email") as AuthRoute;
  const faultsOf = (change: object) =>
    authRouteCoverage(authPaths(), [
      ...AUTH_ROUTES.filter(({ path }) => path !== good.path),
      { ...good, ...change },
    ]).flatMap(({ faults }) => faults.map(({ what }) => what));

  it("that is new is found", () => {
    const found = authRouteCoverage([...authPaths(), "/brand-new"]).filter(({ faults }) => faults.length > 0);
    expect(found).toEqual([
      expect.objectContaining({
        name: "/api/auth/brand-new",
        faults: [expect.objectContaining({ what: "is in neither list" })],
      }),
    ]);
  });

  it("that is right has no fault", () => {
    expect(faultsOf({})).toEqual([]);
  });

  it.each([
    ["without a reason", { reason: " " }, "is public without a reason"],
    ["without a budget", { limit: undefined }, "names no budget"],
    ["without an audit event or a reason for none", { audit: undefined }, "names neither an audit event"],
    ["with an empty reason for no audit event", { audit: { none: "" } }, "names neither an audit event"],
    ["whose body nobody checks", { body: null }, "takes a body that no schema checks"],
    ["whose body takes unknown keys", { body: z.object({}) }, "takes unknown keys: the body itself"],
    [
      "whose body takes unknown keys inside",
      { body: z.strictObject({ more: z.looseObject({}).optional() }) },
      "takes unknown keys: more",
    ],
  ])("%s is found", (_, change, what) => {
    expect(faultsOf(change)).toEqual([expect.stringContaining(what)]);
  });

  it("that is also closed, or is none of theirs, is found", () => {
    const found = authRouteCoverage(authPaths(), [
      ...AUTH_ROUTES,
      { ...good, path: "/update-user" },
      { ...good, path: "/no-such" },
    ]).flatMap(({ faults }) => faults.map(({ what }) => what));
    expect(found).toEqual(["is in both lists", "is not a route of Better Auth's"]);
  });
});

describe("a route for tokens", () => {
  const [good] = TOKEN_ROUTES;
  const faultsOf = (change: object) =>
    tokenRouteCoverage(good ? [{ ...good, ...change }] : []).flatMap(({ faults }) =>
      faults.map(({ what }) => what),
    );

  it("that is right has no fault", () => {
    expect(tokenRouteCoverage().flatMap(({ faults }) => faults)).toEqual([]);
    expect(faultsOf({})).toEqual([]);
  });

  it.each([
    ["without a reason", { reason: " " }, "is public without a reason"],
    ["without a budget", { limit: "plenty" }, "names no budget"],
    ["without a word on its audit event", { audit: "" }, "names neither an audit event"],
    ["that takes unknown keys", { body: z.object({ refreshToken: z.string() }) }, "takes unknown keys"],
  ])("%s is found", (_, change, what) => {
    expect(faultsOf(change)).toEqual([expect.stringContaining(what)]);
  });
});
