import { describe, expect, it } from "vitest";
import { embeddedData } from "@/server/cli/attack/page/data";
import type { AttackReport } from "@/server/cli/attack/report";

/** What would leave the element that holds the evidence, or never come back from it. */
const HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>]]>&lt;\u2028\u2029\u0000";

const report: AttackReport = {
  product: HOSTILE,
  startedAt: "2026-01-01T00:00:00.000Z",
  seconds: 1,
  requests: 1,
  form: "short",
  principals: [],
  attacks: [],
  procedures: [],
  cells: [],
  findings: [],
};

describe("the evidence in the attack page", () => {
  it("can not leave the element that holds it", () => {
    expect(embeddedData(report)).not.toMatch(/[<>&]/);
  });

  it("is the same when it is read again", () => {
    expect(JSON.parse(embeddedData(report))).toEqual(report);
  });
});
