import { describe, expect, it } from "vitest";
import { z } from "zod";
import { authPaths } from "@/server/cli/audit/command";
import { placeOf } from "@/server/cli/audit/place";
import { asMarkdown, asText, auditReport, faultAsText } from "@/server/cli/audit/report";
import { AUDIT_NAMES } from "@/server/guard/audit-names";
import { coverageOf, type Procedures } from "@/server/guard/coverage";
import { FAULTS } from "@/server/guard/fault";
import { protectedProcedure, publicProcedure, roleProcedure, router } from "@/server/guard/procedures";
import { trpc } from "@/server/guard/trpc";

const faultsOf = (procedures: Procedures) =>
  coverageOf(procedures).flatMap(({ name, faults }) => faults.map(({ what }) => `${name} ${what}`));

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

  it("is found with its place, and each place has a line", () => {
    const places = report.procedures.map(({ name }) => placeOf(process.cwd(), name));
    for (const place of places) expect(place).toMatch(/^server\/features\/[a-z-]+\/router\.ts:\d+$/);
  });

  it("that has a fault is printed with place, risk, OWASP id and mending", () => {
    const text = faultAsText({
      name: "task.list",
      place: "server/features/task/router.ts:7",
      ...FAULTS.noOutput,
    });
    expect(text).toMatch(/^FAULT task\.list has no output schema$/m);
    expect(text).toMatch(/place +server\/features\/task\/router\.ts:7$/m);
    expect(text).toMatch(/risk +medium, OWASP API3:2023$/m);
    expect(text).toMatch(/mending +add \.output\(\)/m);
  });

  it.each(Object.entries(FAULTS))("may have the fault %s, with a risk and an OWASP id", (_, fault) => {
    expect(fault.risk).toMatch(/^(critical|high|medium|low)$/);
    expect(fault.owasp).toMatch(/^API([1-9]|10):2023$/);
  });
});

describe("a procedure that is wrong", () => {
  const input = z.strictObject({});
  const output = z.object({});
  /** A policy that types would refuse. */
  const withPolicy = (change: object) => ({
    _def: {
      ...protectedProcedure({ permission: "task:read", limit: "read" })
        .input(input)
        .output(output)
        .query(() => ({}))._def,
      meta: {
        policy: {
          access: "protected",
          permission: "task:read",
          limit: "read",
          callers: ["session"],
          workspace: "header",
          ...change,
        },
      },
    },
  });
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
      "is written down under the name of another: task.update",
    ],
    [
      "with a permission that nobody holds",
      withPolicy({ permission: "task:shred" }),
      "names no permission that a role holds",
    ],
    ["for no kind of credential", withPolicy({ callers: [] }), "says of no credential that it may call"],
    ["without a scope", withPolicy({ workspace: undefined }), "has no scope"],
    ["with a budget that the table does not list", withPolicy({ limit: "toString" }), "names no budget"],
    [
      "that takes unknown keys deep inside",
      protectedProcedure({ permission: "task:read", limit: "read" })
        .input(z.strictObject({ filter: z.strictObject({ tags: z.array(z.object({})) }) }))
        .output(output)
        .query(() => ({})),
      "takes unknown keys: filter.tags[]",
    ],
    [
      "that streams what no schema describes",
      protectedProcedure({ permission: "task:read", limit: "read" })
        .input(input)
        .subscription(async function* () {
          yield {};
        }),
      "has no output schema",
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

  it("is a subscription as much as a query", () => {
    const stream = protectedProcedure({ permission: "task:read", limit: "read" })
      .input(input)
      .output(z.custom<AsyncIterable<unknown>>())
      .subscription(async function* () {
        yield {};
      });
    const [coverage] = coverageOf({ "task.changes": stream } as unknown as Procedures);
    expect(coverage).toMatchObject({ kind: "subscription", scope: "tenant, by header, any", faults: [] });
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
