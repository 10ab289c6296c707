import { describe, expect, test } from "vitest";
import { clientsHoldNoServerCode } from "./rules/clients";
import { importsKeepTheirLayer } from "./rules/layers";
import { packagesStayWithTheirKeepers } from "./rules/packages";
import { type Plant, plant } from "./rules/planted";
import { parse, show } from "./rules/source";

const breaks = (from: string, target: string, text = `import { x } from "${target}"; void x;`): Plant => ({
  what: `${from} may not import ${target}`,
  path: from,
  text,
  says: "may not import",
});
const keeps = (from: string, target: string, text = `import { x } from "${target}"; void x;`): Plant => ({
  what: `${from} may import ${target}: ${text.slice(0, 12)}`,
  path: from,
  text,
});
const typeOf = (target: string) => `import type { X } from "${target}"; export type Y = X;`;

describe("layers", () => {
  plant(importsKeepTheirLayer, [
    breaks("app/(workspace)/page.tsx", "@/db/client"),
    breaks("app/(workspace)/page.tsx", "@/server/router"),
    keeps("app/(workspace)/page.tsx", "@/server/router", typeOf("@/server/router")),
    keeps("app/(workspace)/page.tsx", "@/server/features/task/schema"),
    breaks("app/(workspace)/page.tsx", "@/server/features/task/queries"),
    breaks("app/(workspace)/page.tsx", "@/app/account/form"),
    keeps("app/(workspace)/w/page.tsx", "../list/row"),
    breaks("app/_ui/button.tsx", "@/app/_api/provider"),
    keeps("app/_api/server.ts", "@/server/runtime"),
    breaks("app/_api/provider.tsx", "@/server/runtime"),
    keeps("app/api/trpc/[trpc]/route.ts", "@/server/http/trpc"),
    keeps("app/api/trpc/[trpc]/route.ts", "@/server/runtime"),
    breaks("app/api/trpc/[trpc]/route.ts", "@/server/identity/auth"),
    breaks("proxy.ts", "@/server/identity/session"),
    breaks("server/http/rest.ts", "@/server/features/task/service"),
    breaks("server/http/rest.ts", "@/server/env"),
    keeps("server/http/rest.ts", "@/server/env", typeOf("@/server/env")),
    keeps("server/env.ts", "@/server/guard/limits"),
    breaks("server/env.ts", "@/server/guard/errors"),
    breaks("server/router.ts", "@/server/features/task/service"),
    breaks("server/features/task/router.ts", "@/db/schema/task"),
    breaks("server/features/task/router.ts", "@/server/features/project/service"),
    breaks("server/features/task/schema.ts", "@/server/guard/errors"),
    keeps("server/features/task/schema.ts", "@/server/guard/input"),
    breaks("server/guard/input.ts", "@/server/guard/errors"),
    breaks("server/features/task/service.ts", "@/server/features/project/queries"),
    keeps("server/features/task/service.ts", "@/server/features/project/service"),
    breaks("server/features/task/queries.ts", "@/server/platform/mail"),
    keeps("server/features/task/queries.ts", "@/db/scope"),
    breaks("server/guard/limits.ts", "@/server/features/task/schema"),
    breaks("server/guard/identify.ts", "@/server/identity/session"),
    keeps("server/guard/identify.ts", "@/server/identity/session", typeOf("@/server/identity/session")),
    breaks("server/identity/token.ts", "@/server/guard/audit"),
    breaks("server/platform/log.ts", "@/server/env"),
    keeps("server/platform/log.ts", "@/server/env", typeOf("@/server/env")),
    breaks("db/client.ts", "@/server/env", typeOf("@/server/env")),
    breaks("server/guard/audit.ts", "@/server/runtime"),
    breaks("server/runtime.ts", "@/server/main"),
    breaks("server/runtime.ts", "@/server/cli/doctor"),
    keeps("server/cli/main.ts", "./doctor"),
    breaks("server/cli/start.mjs", "@/server/runtime"),
    breaks("next.config.ts", "@/server/env"),
    breaks("db/client.ts", "@/server/env", 'export * from "@/server/env";'),
    breaks("db/client.ts", "@/server/env", 'export const x = () => import("@/server/env");'),
    breaks("db/client.ts", "@/server/env", 'export type X = import("@/server/env").Env;'),
    breaks("db/client.ts", "../server/env"),
  ]);

  test("a file of no layer is refused", () => {
    expect(importsKeepTheirLayer(parse("scripts/x.ts", "")).map(show)).toEqual([
      expect.stringContaining("belongs to no layer"),
    ]);
  });
});

describe("packages", () => {
  plant(packagesStayWithTheirKeepers, [
    breaks("server/features/task/router.ts", "drizzle-orm"),
    keeps("server/features/task/queries.ts", "drizzle-orm"),
    keeps("server/features/task/service.ts", "drizzle-orm", typeOf("drizzle-orm")),
    breaks("server/guard/errors.ts", "drizzle-orm/pg-core"),
    keeps("server/guard/audit.ts", "drizzle-orm"),
    breaks("app/page.tsx", "drizzle-orm", typeOf("drizzle-orm")),
    breaks("server/runtime.ts", "postgres"),
    breaks("server/http/auth.ts", "better-auth"),
    keeps("server/identity/auth.ts", "better-auth/plugins"),
    keeps("app/_api/auth.ts", "better-auth/react"),
    breaks("app/(auth)/form.tsx", "better-auth/react"),
    breaks("server/guard/context.ts", "next/headers"),
    breaks("server/platform/mail.ts", "react"),
    breaks("db/client.ts", "pino"),
    keeps("db/client.ts", "node:fs/promises"),
    breaks("db/client.ts", "zod", 'import { type x } from "zod"; export type y = x;'),
  ]);
});

describe("client components", () => {
  const client = (text: string) => parse("app/a.tsx", `"use client";\n${text}`);
  const check = (text: string, path = "app/b.tsx", other = "") =>
    clientsHoldNoServerCode([client(text), parse(path, other)]).map(({ message }) => message);

  test.each([
    'import { x } from "@/server/router"; void x;',
    'import { x } from "@/app/_api/server"; void x;',
    'import "server-only";',
    'import { readFile } from "node:fs"; void readFile;',
    'export { x } from "@/db/schema/task";',
  ])("refuses %s", (text) => {
    expect(check(text)).toEqual([expect.stringContaining("takes server code into the browser")]);
  });

  test("sees through a module between", () => {
    const found = check(
      'import { y } from "./b"; void y;',
      "app/b.tsx",
      'export { y } from "@/server/runtime";',
    );
    expect(found).toEqual([expect.stringContaining("app/a.tsx → app/b → server/runtime")]);
  });

  test.each([
    'import type { AppRouter } from "@/server/router"; export type X = AppRouter;',
    'import { taskInput } from "@/server/features/task/schema"; void taskInput;',
  ])("lets pass %s", (text) => {
    expect(check(text)).toEqual([]);
  });
});
