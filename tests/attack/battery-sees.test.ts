import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { Reach } from "@/db/scope";
import { runBattery } from "@/server/cli/attack/battery";
import type { AttackReport } from "@/server/cli/attack/report";
import { appRouter } from "@/server/router";
import { type OpenSiege, openSiege } from "@/tests/support/siege";

/** Guards that a test takes out; all stand unless it says so. */
const out = vi.hoisted(() => ({ guards: new Set<string>() }));

vi.mock("@/server/guard/middleware/authorise", async (original) => {
  const real = await original<typeof import("@/server/guard/middleware/authorise")>();
  const authorise: typeof real.authorise = (...call) =>
    out.guards.has("permission") ? ("any" satisfies Reach) : real.authorise(...call);
  return { ...real, authorise };
});

vi.mock("@/server/guard/middleware/limit", async (original) => {
  const real = await original<typeof import("@/server/guard/middleware/limit")>();
  const spendLimit: typeof real.spendLimit = async (...call) => {
    if (!out.guards.has("limit")) await real.spendLimit(...call);
  };
  return { ...real, spendLimit };
});

vi.mock("@/server/guard/audit", async (original) => {
  const real = await original<typeof import("@/server/guard/audit")>();
  const appendChange: typeof real.appendChange = async (...call) => {
    if (!out.guards.has("audit")) await real.appendChange(...call);
  };
  return { ...real, appendChange };
});

vi.mock("@/server/guard/permissions", async (original) => {
  const real = await original<typeof import("@/server/guard/permissions")>();
  const holdsAtLeast: typeof real.holdsAtLeast = (...roles) =>
    out.guards.has("rank") || real.holdsAtLeast(...roles);
  return { ...real, holdsAtLeast };
});

vi.mock("@/server/features/session/queries", async (original) => {
  const real = await original<typeof import("@/server/features/session/queries")>();
  const revokeSession: typeof real.revokeSession = async (scope, input) => {
    if (out.guards.has("session")) await siege.target.admin`delete from session where id = ${input.id}`;
    return real.revokeSession(scope, input);
  };
  return { ...real, revokeSession };
});

vi.mock("@/db/scope", async (original) => {
  const real = await original<typeof import("@/db/scope")>();
  const inWorkspace: typeof real.inWorkspace = (table, scope) =>
    out.guards.has("scope") ? (undefined as never) : real.inWorkspace(table, scope);
  const ownOrAny: typeof real.ownOrAny = (table, scope) =>
    out.guards.has("own") ? undefined : real.ownOrAny(table, scope);
  return { ...real, inWorkspace, ownOrAny };
});

vi.mock("@/server/features/profile/queries", async (original) => {
  const real = await original<typeof import("@/server/features/profile/queries")>();
  const getProfile: typeof real.getProfile = async (scope) => {
    const found = await real.getProfile(scope);
    return out.guards.has("leak") ? { ...found, name: `${found.name} ${await everyName()}` } : found;
  };
  return { ...real, getProfile };
});

let siege: OpenSiege;
/** What a statement without a scope would find. */
async function everyName(): Promise<string> {
  const rows = await siege.target.admin<{ name: string }[]>`select name from "user"`;
  return rows.map(({ name }) => name).join();
}

beforeAll(async () => {
  siege = await openSiege();
});
afterEach(() => out.guards.clear());
afterAll(() => siege.close());

/** The attacks that found something, each with its principals. */
async function foundWithout(guards: string[], only: string): Promise<Record<string, string[]>> {
  for (const guard of guards) out.guards.add(guard);
  const { findings }: AttackReport = await runBattery({ ...siege, form: "whole", only, progress: () => {} });
  const found: Record<string, string[]> = {};
  for (const { attack, principal } of findings) found[attack] = [...(found[attack] ?? []), principal];
  return found;
}

describe("the battery, with a guard taken out", () => {
  it("of nothing sees nothing", async () => {
    expect(await foundWithout([], "task.delete")).toEqual({});
  }, 120_000);

  it("of the permission sees who may delete now", async () => {
    const found = await foundWithout(["permission"], "task.delete");
    expect([...new Set(found.access)].sort()).toEqual(["member", "service", "viewer"]);
  }, 120_000);

  it("of the limit sees the budget that is none", async () => {
    const found = await foundWithout(["limit"], "task.list");
    expect(found).toEqual({ budget: ["user", "user", "user"], "budget-by-batch": ["user"] });
  }, 120_000);

  it("of the audit row sees the change that nobody wrote down", async () => {
    const found = await foundWithout(["audit"], "task.update");
    expect([...new Set(found.access)].sort()).toEqual([
      ...["admin", "api-key", "member", "owner", "stranger", "token"],
    ]);
  }, 120_000);

  it("of a query's scope sees other people's names in the answer", async () => {
    const found = await foundWithout(["leak"], "profile.get");
    expect([...new Set(found.access)]).toEqual(expect.arrayContaining(["stranger", "user"]));
  }, 120_000);

  it("of an output schema sees an answer that nobody described", async () => {
    const { _def } = appRouter.profile.get as unknown as { _def: { output: z.ZodType } };
    const { output } = _def;
    _def.output = z.any();
    const { findings } = await runBattery({
      ...siege,
      form: "short",
      only: "profile.get",
      progress: () => {},
    });
    _def.output = output;
    expect(findings.filter(({ attack }) => attack === "coverage").map(({ seen }) => seen)).toEqual(
      Array(2).fill("its output is not described: the whole"),
    );
    const places = findings.filter(({ attack }) => attack === "access").map(({ procedure }) => procedure);
    expect([...new Set(places)].sort()).toEqual(["GET /api/v1/profile", "profile.get"]);
  }, 120_000);

  it("of the person in a session's query sees who is signed out by others", async () => {
    const { access, "foreign-id": foreignId } = await foundWithout(["session"], "session.revoke");
    expect(access).toEqual(expect.arrayContaining(["admin", "platform-admin", "stranger", "viewer"]));
    expect(foreignId).toEqual(expect.arrayContaining(["owner"]));
  }, 120_000);

  it("of rank sees an admin give and take what only owners may", async () => {
    await siege.target.admin`alter table member disable trigger member_keeps_to_rank`;
    expect(await foundWithout(["rank"], "member.setRole")).toEqual({ standing: ["people", "people"] });
    await siege.target.admin`alter table member enable trigger member_keeps_to_rank`;
  }, 120_000);

  // From here on without row-level security: each wall is seen to fall by itself.
  it("of the owner in a query sees a member delete another's row", async () => {
    await siege.target.admin`alter table task disable row level security`;
    expect(await foundWithout(["own"], "task.delete")).toEqual({ access: ["member", "member"] });
  }, 120_000);

  it("of the workspace in a query sees the foreign id", async () => {
    const found = await foundWithout(["scope"], "task.get");
    expect([...new Set(found["foreign-id"])].sort()).toEqual(["owner", "viewer"]);
    expect([...new Set(found["wrong-workspace"])].sort()).toEqual(["owner", "viewer"]);
    expect([...new Set(found.access)].sort()).toEqual(["auditor", "platform-admin", "stranger", "user"]);
  }, 120_000);
});
