import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBattery } from "@/server/cli/attack/battery";
import type { AttackReport } from "@/server/cli/attack/report";
import { blocksOf } from "@/server/cli/attack/summary";
import { appRouter } from "@/server/router";
import { type OpenSiege, openSiege } from "@/tests/support/siege";

const PRINCIPALS = [
  ..."anonymous user stranger viewer member admin owner platform-admin auditor banned".split(" "),
  ..."api-key expired-key service".split(" "),
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

  it("tries every procedure as every principal", () => {
    const tried = report.cells.filter(({ attack, verdict }) => attack === "access" && verdict === "held");
    const procedures = Object.keys(appRouter._def.procedures);
    const wanted = procedures.flatMap((name) => PRINCIPALS.map((principal) => `${name} ${principal}`));
    expect(tried.map(({ procedure, principal }) => `${procedure} ${principal}`)).toEqual(
      expect.arrayContaining(wanted),
    );
  });

  it("sees every procedure answer somebody, so that a refusal means something", () => {
    const answered = report.cells
      .filter(({ probes }) => probes.some(({ answer }) => answer.status === 200))
      .map(({ procedure }) => procedure);
    expect([...new Set(answered)]).toEqual(expect.arrayContaining(Object.keys(appRouter._def.procedures)));
  });

  it("tries attacks of all five groups, and holds against a thousand and more", () => {
    const groups = report.attacks.map(({ group }) => group);
    expect([...new Set(groups)].sort()).toEqual(["abuse", "access", "credentials", "input", "reach"]);
    expect(report.cells.filter(({ verdict }) => verdict === "held").length).toBeGreaterThan(1_000);
  });

  it("keeps requests and answers as evidence, and no whole credential", () => {
    const held = report.cells.filter(({ verdict }) => verdict === "held");
    expect(held.filter(({ probes }) => probes.length === 0)).toEqual([]);
    const cookies = held.flatMap(({ probes }) => probes.map(({ request }) => request.headers.Cookie ?? ""));
    expect(cookies.filter((cookie) => cookie.length > 120)).toEqual([]);
  });
});
