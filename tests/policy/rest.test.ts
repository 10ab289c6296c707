import { describe, expect, it } from "vitest";
import { z } from "zod";
import { authPaths } from "@/server/cli/audit/command";
import { auditReport } from "@/server/cli/audit/report";
import type { Procedures } from "@/server/guard/coverage";
import { protectedProcedure, router } from "@/server/guard/procedures";
import { trpc } from "@/server/guard/trpc";
import { OPERATIONS } from "@/server/http/rest";
import { faultsOfRest, operationsOf } from "@/server/http/rest-operations";
import { appRouter } from "@/server/router";

const policy = { permission: "task:read", limit: "read" } as const;
const output = z.object({});
const query = (input: z.ZodType = z.strictObject({})) =>
  protectedProcedure(policy)
    .input(input)
    .output(output)
    .query(() => ({}));
const mutation = (input: z.ZodType = z.strictObject({})) =>
  protectedProcedure(policy)
    .input(input)
    .output(output)
    .mutation(() => ({}));
const withId = z.strictObject({ id: z.uuid() });

type Routes = Parameters<typeof router>[0];
const procedures = (record: Routes) => router(record)._def.procedures as unknown as Procedures;
const pathsOf = (record: Routes) =>
  operationsOf(procedures(record)).map(({ id, method, path }) => `${id}: ${method} ${path}`);
const inWords = (faults: ReturnType<typeof faultsOfRest>) =>
  faults.map(({ name, what, mending }) => `${name} ${what}; ${mending}`);
/** The aliases belong to the product's own router: their absence elsewhere is no finding here. */
const faultsOf = (record: Routes) =>
  inWords(faultsOfRest(procedures(record), operationsOf(procedures(record)))).filter(
    (fault) => !/^user\.tasks/.test(fault),
  );

describe("a new feature", () => {
  it("has its paths by its names alone", () => {
    const record = {
      apiKey: router({
        list: query(),
        get: query(withId),
        create: mutation(),
        update: mutation(withId),
        delete: mutation(withId),
        rotateNow: mutation(withId),
        revokeOthers: mutation(),
        usesOf: query(withId),
        mine: query(),
      }),
      policy: router({ list: query() }),
      branch: router({ get: query(withId) }),
      settings: router({ get: query(), update: mutation() }),
      security: router({ coverage: query(), rotateKeys: mutation() }),
    };
    expect(pathsOf(record)).toEqual([
      "apiKey.list: GET /api-keys",
      "apiKey.create: POST /api-keys",
      "apiKey.mine: GET /api-keys/mine",
      "apiKey.revokeOthers: POST /api-keys/revoke-others",
      "apiKey.get: GET /api-keys/{id}",
      "apiKey.update: PATCH /api-keys/{id}",
      "apiKey.delete: DELETE /api-keys/{id}",
      "apiKey.rotateNow: POST /api-keys/{id}/rotate-now",
      "apiKey.usesOf: GET /api-keys/{id}/uses-of",
      "branch.get: GET /branches/{id}",
      "policy.list: GET /policies",
      "security.coverage: GET /security/coverage",
      "security.rotateKeys: POST /security/rotate-keys",
      "settings.get: GET /settings",
      "settings.update: PATCH /settings",
    ]);
    expect(faultsOf(record)).toEqual([]);
  });

  it("that changes something is never a GET, whatever it is called", () => {
    const record = { thing: router({ list: mutation(), get: mutation(withId), delete: query(withId) }) };
    expect(pathsOf(record)).toEqual([
      "thing.list: POST /things/list",
      "thing.delete: GET /things/{id}/delete",
      "thing.get: POST /things/{id}/get",
    ]);
  });

  it("has no path for a stream", () => {
    const changes = trpc.procedure.input(withId).subscription(async function* () {
      yield await Promise.resolve(1);
    });
    expect(pathsOf({ thing: router({ changes, list: query() }) })).toEqual(["thing.list: GET /things"]);
    expect(faultsOf({ thing: router({ changes }) })).toEqual([]);
  });
});

describe("holdfast audit", () => {
  it("names method and path of every procedure", () => {
    for (const { name, kind, rest } of auditReport(process.cwd(), authPaths()).procedures)
      expect([name, rest]).toEqual([
        name,
        kind === "subscription"
          ? []
          : expect.arrayContaining([expect.stringMatching(/^(GET|POST|PATCH|DELETE) \/api\/v1\//)]),
      ]);
  });

  it("fails for one that REST does not serve", () => {
    const without = OPERATIONS.filter(({ id }) => id !== "task.move");
    expect(inWords(auditReport(process.cwd(), authPaths(), without).faults)).toEqual([
      "task.move has no REST path; name it noun.verb",
    ]);
  });
});

describe("what can not be served", () => {
  it("is found: a name of three parts", () => {
    expect(faultsOf({ a: router({ b: router({ list: query() }) }) })).toEqual([
      "a.b.list has no REST path; name it noun.verb",
    ]);
  });

  it("is found: two of one path", () => {
    expect(faultsOf({ key: router({ list: query() }), keys: router({ get: query() }) })).toEqual([
      expect.stringMatching(/^(key\.list|keys\.get) has the REST path of another: .*, GET \/keys; rename/),
      expect.stringMatching(/^(key\.list|keys\.get) has the REST path of another: .*, GET \/keys; rename/),
    ]);
  });

  it("is found: an input that no query string can hold", () => {
    const nested = z.strictObject({ where: z.strictObject({ a: z.string() }), tags: z.array(z.string()) });
    expect(faultsOf({ thing: router({ list: query(nested), create: mutation(nested) }) })).toEqual([
      "thing.list takes what no query string can hold: where; flatten it",
    ]);
  });

  it("is found: a path of no procedure", () => {
    const declared = { ...(appRouter._def.procedures as unknown as Procedures) };
    expect(faultsOfRest(declared, OPERATIONS)).toEqual([]);
    const { "task.list": _, ...others } = declared;
    expect(inWords(faultsOfRest(others, OPERATIONS))).toEqual([
      "task.list has a REST path and is no procedure; take the path away",
    ]);
    expect(inWords(faultsOfRest(others, operationsOf(others)))).toEqual([
      "user.tasks has a REST path and is no procedure: task.list; take the path away",
    ]);
    const without = OPERATIONS.filter(({ id }) => id !== "task.move");
    expect(inWords(faultsOfRest(declared, without))).toEqual([
      "task.move has no REST path; name it noun.verb",
    ]);
  });
});
