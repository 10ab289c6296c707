import { describe, expect, it } from "vitest";
import { ALERT_WINDOW_MS } from "@/server/guard/alerts/alert";
import { createRules, type Seen } from "@/server/guard/alerts/rules";

const START = Date.parse("2030-01-01T00:00:00Z");
const failedSignIn: Seen = {
  ...{ action: "authn_login_fail", reason: "INVALID_EMAIL_OR_PASSWORD", actorId: null, requestId: "r" },
  ...{ addressDigest: "an address", accountDigest: "an account", addressPrefix: "192.0.2.0/24" },
};
const probe: Seen = { ...failedSignIn, action: "authz_fail", reason: "FORBIDDEN", actorId: "somebody" };

describe("a rule", () => {
  const judged = (events: [Seen, number][], judge = createRules()) =>
    events.flatMap(([seen, at]) => judge(seen, START + at)).map(({ rule, subjectId }) => [rule, subjectId]);
  const times = (count: number, seen: Seen, every: number, from = 0) =>
    Array.from({ length: count }, (_, n): [Seen, number] => [seen, from + n * every]);
  const elsewhere = (n: number): Seen => ({ ...failedSignIn, addressDigest: `address ${n}` });
  const another = (n: number): Seen => ({ ...failedSignIn, accountDigest: `account ${n}` });

  it("fires at the tenth failed sign-in of an account within ten minutes, from wherever", () => {
    const tries = Array.from({ length: 10 }, (_, n): [Seen, number] => [elsewhere(n), n * 66_000]);
    expect(judged(tries.slice(0, 9))).toEqual([]);
    expect(judged(tries)).toEqual([["failed_sign_ins", "an account"]]);
    expect(judged(times(40, failedSignIn, 67_000).map(([, at], n) => [elsewhere(n), at]))).toEqual([]);
  });

  it("fires at the tenth account tried from an address, and not for ten tries of one", () => {
    const tries = Array.from({ length: 10 }, (_, n): [Seen, number] => [another(n), n * 1_000]);
    expect(judged(tries.slice(0, 9))).toEqual([]);
    expect(judged(tries)).toEqual([["accounts_tried", "an address"]]);
    expect(judged(times(9, another(1), 1_000).concat(times(8, another(2), 1_000, 9_000)))).toEqual([]);
  });

  it("fires at the twentieth refusal of one caller, and never for nobody", () => {
    expect(judged(times(19, probe, 1_000))).toEqual([]);
    expect(judged(times(20, probe, 1_000))).toEqual([["cross_tenant_probing", "somebody"]]);
    expect(judged(times(500, { ...probe, actorId: null }, 10))).toEqual([]);
  });

  it("fires once in a window, and again in the next while it goes on", () => {
    const judge = createRules();
    expect(judged(times(500, probe, 1_000), judge)).toHaveLength(1);
    expect(judged(times(500, probe, 1_000, 500_000), judge)).toHaveLength(1);
    expect(judged(times(1, probe, 0, 1_000_000), judge)).toHaveLength(0);
  });

  it("says since when, how often, and a request to look for; no address", () => {
    const judge = createRules();
    const [alert] = times(20, probe, 1_000).flatMap(([seen, at]) => judge(seen, START + at));
    expect(alert).toEqual({
      ...{ rule: "cross_tenant_probing", severity: "critical", subjectKind: "user", subjectId: "somebody" },
      count: 20,
      firstAt: "2030-01-01T00:00:00.000Z",
      lastAt: "2030-01-01T00:00:19.000Z",
      windowKey: `cross_tenant_probing:somebody:${START / ALERT_WINDOW_MS}`,
      details: { requestId: "r", addressPrefix: "192.0.2.0/24" },
    });
  });

  it("remembers no more subjects than it may, and forgets who was quiet longest", () => {
    const judge = createRules(100);
    const by = (actorId: string): Seen => ({ ...probe, actorId });
    for (let n = 0; n < 19; n++) {
      expect(judge(by("quiet"), START)).toEqual([]);
      expect(judge(by("steady"), START)).toEqual([]);
    }
    for (let n = 0; n < 99; n++) expect(judge(by(`crowd ${n}`), START)).toEqual([]);
    expect(judge(by("steady"), START)).toHaveLength(1);
    expect(judge(by("quiet"), START)).toHaveLength(0);
  });
});
