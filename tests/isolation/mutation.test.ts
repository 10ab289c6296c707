import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sources } from "@/tests/architecture/rules/tree";
import { LEVELS, type LevelName, takeDownRls } from "@/tests/isolation/levels";
import { sitesIn } from "@/tests/isolation/mutants";
import { foreignIn, type Outcomes, Prober, type Verdict, verdictOn } from "@/tests/isolation/probe";

/** Mutants that live without row-level security, and why that is right. */
const SURVIVES: Record<string, string> = {
  "api-key permissionsOfAccount inWorkspace(serviceAccount, scope)":
    "the reference is composite: a key is of an account of its own workspace",
  "api-key endForSuccessor inWorkspace(apikey, scope)":
    "a person's key is its owner's alone; a service's is tried in tests/features/service-accounts.test.ts",
  "document textOf ownOrAny(documentVersion, scope)":
    "both who ask for a text ask for the document itself within reach, in the same transaction",
  "invitation acceptInvitation isMe(user, scope)":
    "the function that it calls looks for the caller's own address, from whichever row",
  "invitation declineInvitation isMe(user, scope)":
    "the function that it calls looks for the caller's own address, from whichever row",
  "member insertInvitation ofWorkspace(invitation, scope)":
    "it counts up to a bound, which with more to count is only met sooner",
  "member setRole ofWorkspace(member, scope)":
    "holdMembers found the member in the workspace, under one lock",
  "member removeMember ofWorkspace(member, scope)":
    "holdMembers found the member in the workspace, under one lock",
  "member transferOwnership ofWorkspace(member, scope)":
    "holdMembers found the member in the workspace, under one lock",
  "member holdMembers ofWorkspace(member, scope)":
    "the write that follows reaches into no other workspace; of a rank held elsewhere see members.test.ts",
  "security-event earlierThan everywhere(scope)": "it says where a page begins, and shows nothing",
  "user changeAccount everywhere(scope)": "governed reads nobody beyond the grant, and refuses",
  "user endSessions everywhere(scope)": "the function that it calls asks for an admin's grant itself",
};

/** Predicates without which row-level security shows more of what is the caller's to see, and nothing foreign. */
const SHOWS_MORE: Record<string, string> = {
  "member listMembers ofWorkspace(member, scope)": "the caller's own memberships elsewhere",
  "security-event listAll everywhere(scope)": "the caller's own events, to whom none were granted",
  "member holdMembers isWorkspace(organization, scope)": "another workspace of the caller's own",
  "member transferOwnership eq(member.userId, scope.userId)": "fellow members, whose roles an owner may set",
  "user filtersOf everywhere(scope)": "the caller's own account, to whom none were granted",
  "workspace listWorkspaces mine(member, scope)": "fellow members of the workspace, whom member.list names",
  "workspace getWorkspace mine(member, scope)": "a fellow member's role, which member.list names",
  "workspace getWorkspace isWorkspace(organization, scope)": "another workspace of the caller's own",
};

interface Sight {
  verdict: Verdict;
  /** Where it was seen. */
  by: string;
}
interface Seen {
  level: LevelName;
  walls: "both walls" | "RLS taken down";
  prober: Prober;
  whole: Outcomes;
  sights: Map<string, Sight[]>;
}

const sites = sitesIn(sources());
let seen: Seen[] = [];

/** Everything that a level can try with the whole product, then with each predicate taken out that it passes. */
async function seeAll(prober: Prober, level: LevelName, walls: Seen["walls"]): Promise<Seen> {
  const whole = await prober.tryAll();
  const sights = new Map<string, Sight[]>();
  for (const site of prober.sites) {
    const passing = prober.probes.filter((probe) => whole.get(probe)?.met.has(site.name));
    for (const [probe, outcome] of await prober.tryAll(passing, site)) {
      const verdict = verdictOn(outcome, whole.get(probe) ?? outcome);
      if (!verdict) continue;
      sights.set(site.name, [...(sights.get(site.name) ?? []), { verdict, by: `${probe.name} (${level})` }]);
    }
  }
  return { level, walls, prober, whole, sights };
}

beforeAll(async () => {
  const perLevel = LEVELS.map(async (level) => {
    const prober = await Prober.open(level);
    const both = await seeAll(prober, level, "both walls");
    await takeDownRls(prober.level.house);
    return [both, await seeAll(prober, level, "RLS taken down")];
  });
  seen = (await Promise.all(perLevel)).flat();
}, 300_000);
afterAll(async () => {
  for (const prober of new Set(seen.map((one) => one.prober))) await prober.level.house.close();
  const rows = sites.map(({ name }) => `  ${name}\n      ${told(sightsOf(name, "RLS taken down"))}`);
  console.info(["Each predicate, and what saw it missing:", ...rows].join("\n"));
});

const sightsOf = (site: string, walls: Seen["walls"]): Sight[] =>
  seen.filter((one) => one.walls === walls).flatMap(({ sights }) => sights.get(site) ?? []);
const told = ([first, ...others]: Sight[]) =>
  first
    ? `${first.verdict}: ${first.by}${others.length > 0 ? `, and ${others.length} more` : ""}`
    : "survives";

describe("with nothing taken out", () => {
  it.each(["both walls", "RLS taken down"])("and %s, nothing foreign is seen or changed", (walls) => {
    const ones = seen.filter((one) => one.walls === walls);
    expect(ones.map(({ level }) => level)).toEqual(LEVELS);
    for (const { whole, prober } of ones) {
      expect(whole.size).toBeGreaterThan(20);
      for (const [probe, outcome] of whole)
        expect([probe.name, foreignIn(outcome, prober.untouched)]).toEqual([probe.name, []]);
    }
  });

  it("row-level security changes no answer of what another workspace is asked for", () => {
    const [both, none] = seen.filter(({ level }) => level === "another workspace");
    const texts = (one?: Seen) => [...(one?.whole ?? [])].map(([{ name }, { text }]) => [name, text]);
    expect(texts(none)).toEqual(texts(both));
  });
});

describe("with one predicate taken out:", () => {
  it("there are some, and every one is passed", () => {
    expect(sites.length).toBeGreaterThan(30);
    const passed = seen.flatMap(({ whole }) => [...whole.values()].flatMap(({ met }) => [...met]));
    expect(sites.map(({ name }) => name).filter((name) => !passed.includes(name))).toEqual([]);
  });

  it.each(sites)("$name", ({ name }) => {
    // Row-level security alone holds.
    const beyond = sightsOf(name, "both walls");
    expect(beyond.filter(({ verdict }) => verdict !== "other answer")).toEqual([]);
    expect([name, beyond.length > 0]).toEqual([name, name in SHOWS_MORE]);
    // Without it, the predicate does: it carries weight, and the probes can see.
    expect([name, sightsOf(name, "RLS taken down").length === 0]).toEqual([name, name in SURVIVES]);
  });

  it("every excuse is of a predicate that is there", () => {
    const names = sites.map(({ name }) => name);
    expect(Object.keys({ ...SURVIVES, ...SHOWS_MORE }).filter((name) => !names.includes(name))).toEqual([]);
  });
});
