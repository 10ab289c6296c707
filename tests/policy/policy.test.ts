import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { authPaths } from "@/server/cli/audit/command";
import { asMarkdown, asText, auditReport } from "@/server/cli/audit/report";
import { authRouteCoverage, fileRouteCoverage } from "@/server/cli/audit/routes";
import { AUDIT_NAMES } from "@/server/guard/audit-names";
import { coverageOf, type Procedures } from "@/server/guard/coverage";
import { streamOf } from "@/server/guard/follow";
import { protectedProcedure, publicProcedure, roleProcedure, router } from "@/server/guard/procedures";
import { trpc } from "@/server/guard/trpc";

const faultsOf = (procedures: Procedures) =>
  coverageOf(procedures).flatMap(({ name, faults }) => faults.map((fault) => `${name} ${fault}`));

describe("every way in", () => {
  const report = auditReport(process.cwd(), authPaths());

  it("says what guards it", () => {
    console.log(asText(report));
    expect(report.faults).toEqual([]);
  });

  it("is guarded as docs/permissions.md says; after a change: npm run holdfast -- audit --write", async () => {
    await expect(asMarkdown(report)).toMatchFileSnapshot("../../docs/permissions.md");
  });

  it("names each audit event once, and each name is in use", () => {
    const names = report.procedures.map(({ audit }) => audit).filter((audit) => audit !== "-");
    expect(names.sort()).toEqual([...AUDIT_NAMES].sort());
  });

  it("that Better Auth adds is found", () => {
    const [fault] = authRouteCoverage([...authPaths(), "/brand-new"]).flatMap(({ name, faults }) =>
      faults.map((each) => name + each),
    );
    expect(fault).toMatch(/\/brand-new.*in neither list/);
  });

  it.each([
    [
      "a file route",
      "app/api/planted/route.ts",
      "export const GET = () => Response.json({});",
      "nobody decided on",
    ],
    [
      "a page that reads data by itself",
      "app/planted/page.tsx",
      'import { task } from "@/db/schema/task";',
      "past the guard",
    ],
    [
      "a page that builds its own caller",
      "app/planted/page.tsx",
      'import { getRuntime } from "@/server/runtime";',
      "past the guard",
    ],
  ])("that is planted as %s is found", (_, path, source, fault) => {
    const root = mkdtempSync(join(tmpdir(), "holdfast-audit-"));
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), source);
    const found = fileRouteCoverage(root).flatMap(({ name, faults }) =>
      faults.map((each) => `${name} ${each}`),
    );
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${path} .*${fault}`))]);
  });
});

describe("a procedure that is wrong", () => {
  const input = z.strictObject({});
  const output = z.object({});
  const planted = (procedure: unknown) => faultsOf({ "planted.one": procedure } as Procedures);

  it.each([
    [
      "without a policy",
      trpc.procedure
        .input(input)
        .output(output)
        .query(() => ({})),
      "has no policy",
    ],
    [
      "without a budget",
      protectedProcedure({ permission: "task:read" } as Parameters<typeof protectedProcedure>[0])
        .input(input)
        .output(output)
        .query(() => ({})),
      "names no budget",
    ],
    [
      "without an output",
      protectedProcedure({ permission: "task:read", limit: "read" })
        .input(input)
        .query(() => ({})),
      "has no output schema",
    ],
    [
      "without an input",
      protectedProcedure({ permission: "task:read", limit: "read" })
        .output(output)
        .query(() => ({})),
      "has no input schema",
    ],
    [
      "that takes unknown keys",
      protectedProcedure({ permission: "task:read", limit: "read" })
        .input(z.object({}))
        .output(output)
        .query(() => ({})),
      "takes unknown keys",
    ],
    [
      "that streams from a workspace named by a header",
      protectedProcedure({ permission: "task:read", limit: "read" })
        .input(input)
        .output(streamOf(output))
        .subscription(async function* nothing() {}),
      "is a stream, and browsers set no headers",
    ],
    [
      "that changes something unwritten",
      protectedProcedure({ permission: "task:update", limit: "write" })
        .input(input)
        .output(output)
        .mutation(() => ({})),
      "changes something and names no audit event",
    ],
    [
      "that is written down under another name",
      roleProcedure("admin", { permission: "task:update", limit: "write", audit: "task.update" })
        .input(input)
        .output(output)
        .mutation(() => ({})),
      "is written down as task.update",
    ],
    [
      "that is public for no reason",
      publicProcedure({ reason: "", limit: "read" })
        .input(input)
        .output(output)
        .query(() => ({})),
      "is public without a reason",
    ],
  ])("%s is found", (_, procedure, fault) => {
    expect(planted(procedure)).toEqual([expect.stringContaining(`planted.one ${fault}`)]);
  });

  it("that is right is not", () => {
    const right = protectedProcedure({ permission: "task:read", limit: "read" })
      .input(input)
      .output(output)
      .query(() => ({}));
    expect(faultsOf(router({ fine: right })._def.procedures as unknown as Procedures)).toEqual([]);
  });

  it("without a policy does not compile", () => {
    // @ts-expect-error the policy is a required argument
    expect(protectedProcedure()).toBeDefined();
    // @ts-expect-error a permission that the table does not list
    expect(protectedProcedure({ permission: "task:destroy", limit: "write" })).toBeDefined();
    // @ts-expect-error a public procedure says why
    expect(publicProcedure({ limit: "read" })).toBeDefined();
    // @ts-expect-error every call spends a budget
    expect(protectedProcedure({ permission: "task:read" })).toBeDefined();
    // @ts-expect-error what anybody may call does too
    expect(publicProcedure({ reason: "a test" })).toBeDefined();
    // @ts-expect-error a budget that the table does not list
    expect(protectedProcedure({ permission: "task:read", limit: "plenty" })).toBeDefined();
    // @ts-expect-error a role that is nobody's
    expect(roleProcedure("root", { permission: "task:read", limit: "read" })).toBeDefined();
    const shred = { permission: "task:update", limit: "write", audit: "task.shred" } as const;
    // @ts-expect-error an audit name outside the closed list
    expect(protectedProcedure(shred)).toBeDefined();
  });
});
