import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { attackPage } from "@/server/cli/attack/page";
import type { AttackReport } from "@/server/cli/attack/report";
import { sampleReport } from "@/tests/support/attack-report";

/** What would leave the element that holds the evidence, or never come back from it. */
const HOSTILE =
  "</script><img src=https://evil.example onerror=alert(1)><!--<script>]]>&lt;\u2028\u2029\u0000\ud800";

/** Every text of a report may come from an attacker, be it by way of an error message. */
function hostile(): AttackReport {
  const poisoned = JSON.stringify(sampleReport({ faults: 1 }), (_, value: unknown) =>
    typeof value === "string" && value.length > 12 ? value + HOSTILE : value,
  );
  return JSON.parse(poisoned) as AttackReport;
}

describe("the attack page", () => {
  const report = hostile();
  const html = attackPage(report);
  const [, data = ""] = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html) ?? [];
  const around = html.replace(data, "");
  const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];

  it("keeps the evidence inside the element that holds it", () => {
    expect(data).toContain("onerror=alert(1)");
    expect(data).not.toMatch(/[<>&]/);
    expect(around).not.toContain("evil.example");
    expect(html.match(/<\/?script/g)).toHaveLength(4);
  });

  it("gives the report back as it was", () => {
    expect(JSON.parse(data)).toEqual(report);
  });

  it("asks nobody for anything", () => {
    expect(around).not.toMatch(/https?:\/\/|@import|url\(|\ssrc=|import\(|fetch\(|XMLHttpRequest|sendBeacon/);
    expect(around.match(/href="[^"]*"/g)).toEqual(['href="data:,"']);
  });

  it.each(["script", "style"])("lets one %s run, by its digest, and nothing else", (tag) => {
    const [, text = ""] = new RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(html) ?? [];
    const digest = createHash("sha256").update(text).digest("base64");
    expect(policy).toContain(`${tag}-src 'sha256-${digest}'`);
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });
});
