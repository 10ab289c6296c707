import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBattery } from "@/server/cli/attack/battery";
import type { AttackReport } from "@/server/cli/attack/report";
import { blocksOf } from "@/server/cli/attack/summary";
import { OPERATIONS } from "@/server/http/rest";
import { appRouter } from "@/server/router";
import { type OpenSiege, openSiege } from "@/tests/support/siege";

const PRINCIPALS = [
  ..."anonymous user stranger viewer member admin owner platform-admin auditor banned".split(" "),
  ..."token api-key expired-key service".split(" "),
];

/** Every way in that a caller can name: procedures, streams among them, and operations of REST. */
const WAYS = [
  ...Object.keys(appRouter._def.procedures),
  ...OPERATIONS.map(({ method, path }) => `${method} /api/v1${path}`),
];

describe("the battery, in short, against the product over a socket", () => {
  let siege: OpenSiege;
  let report: AttackReport;
  beforeAll(async () => {
    siege = await openSiege();
    report = await runBattery({ ...siege, form: "short", progress: () => {} });
  }, 240_000);
  afterAll(() => siege.close());

  it("finds nothing", () => {
    expect(blocksOf(report.findings)).toEqual([]);
  });

  it("tries every way in as every principal", () => {
    const tried = report.cells.filter(({ attack, verdict }) => attack === "access" && verdict === "held");
    const wanted = WAYS.flatMap((name) => PRINCIPALS.map((principal) => `${name} ${principal}`));
    expect(tried.map(({ procedure, principal }) => `${procedure} ${principal}`)).toEqual(
      expect.arrayContaining(wanted),
    );
  });

  it("sees every way in answer somebody, so that a refusal means something", () => {
    const answered = report.cells
      .filter(({ probes }) => probes.some(({ answer: { status } }) => status === 200 || status === 201))
      .map(({ procedure }) => procedure);
    expect([...new Set(answered)]).toEqual(expect.arrayContaining(WAYS));
  });

  it("reads what a stream tells first", () => {
    const told = report.cells
      .filter(({ procedure, principal }) => procedure === "task.changes" && principal === "viewer")
      .flatMap(({ probes }) => probes.map(({ answer }) => answer.body));
    expect(told).toContainEqual(expect.stringContaining('data: {"kind":"reset"}'));
  });

  it("tries attacks of all five groups, and holds against two thousand and more", () => {
    const groups = report.attacks.map(({ group }) => group);
    expect([...new Set(groups)].sort()).toEqual(["abuse", "access", "credentials", "input", "reach"]);
    expect(report.cells.filter(({ verdict }) => verdict === "held").length).toBeGreaterThan(2_000);
  });

  it("keeps requests and answers as evidence, and no whole credential", () => {
    const held = report.cells.filter(({ verdict }) => verdict === "held");
    expect(held.filter(({ probes }) => probes.length === 0)).toEqual([]);
    const cookies = held.flatMap(({ probes }) => probes.map(({ request }) => request.headers.Cookie ?? ""));
    expect(cookies.filter((cookie) => cookie.length > 120)).toEqual([]);
  });
});
