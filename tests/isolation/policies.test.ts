import type postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databaseRole } from "@/server/guard/permissions";
import type { Meta } from "@/server/guard/policy";
import { appRouter } from "@/server/router";
import { LEVELS, type LevelName } from "@/tests/isolation/levels";
import {
  foreignIn,
  type Outcome,
  type Outcomes,
  type Probe,
  Prober,
  verdictOn,
} from "@/tests/isolation/probe";

interface Policy {
  name: string;
  table: string;
  roles: string[];
  cmd: string;
  qual: string | null;
  check: string | null;
}

/** One part of the second wall taken down: how, and how it is put back. */
interface Opening {
  what: string;
  open: string;
  close: string;
  /** Database roles that it concerns. */
  roles: string[];
}

/** What these show more of is nothing foreign: a fellow member's name, to whom only their own was granted. */
const SHOWS_MORE = ["user: identity_reads_people (a colleague)", "user: all of it (a colleague)"];

interface Place {
  level: LevelName;
  prober: Prober;
  whole: Outcomes;
}
const places: Place[] = [];
const openings: Opening[] = [];
/** What came of each opening: what is foreign, and answers other than with the whole wall. */
const foreign = new Map<string, string[]>();
const others = new Map<string, string[]>();

beforeAll(async () => {
  await Promise.all(
    LEVELS.map(async (level) => {
      const prober = await Prober.open(level);
      places.push({ level, prober, whole: await prober.tryAll() });
    }),
  );
  const [first] = places;
  if (first) openings.push(...(await openingsOf(first.prober.level.house.admin)));
  await Promise.all(
    places.map(async (place) => {
      for (const opening of openings) await through(opening, place);
    }),
  );
  // Each policy is opened and everything tried, at each level: minutes, on a busy machine many.
}, 900_000);
afterAll(async () => {
  for (const { prober } of places) await prober.level.house.close();
});

/** Each policy by itself says yes to every row; then each table has none. */
async function openingsOf(admin: postgres.Sql): Promise<Opening[]> {
  const policies = await admin<Policy[]>`
    select policyname as name, tablename as table, roles::text[], cmd, qual, with_check as check
    from pg_policies where schemaname = 'public' order by tablename, policyname`;
  const single = policies
    // Some are open as they are, and no procedure works as Better Auth's login.
    .filter(({ qual, check }) => [qual, check].some((part) => part !== null && part !== "true"))
    .filter(({ roles }) => roles.some((role) => role !== "holdfast_auth"))
    .map((policy) => {
      const isWrite = policy.cmd !== "SELECT" && policy.cmd !== "DELETE";
      const open = { ...policy, qual: policy.qual && "true", check: isWrite ? "true" : null };
      const what = `${policy.table}: ${policy.name}`;
      return { what, roles: policy.roles, open: replacing(open), close: replacing(policy) };
    });
  const granted = await admin<{ table: string; roles: string[] }[]>`
    select table_name as table, array_agg(distinct grantee::text) as roles from information_schema.column_privileges
    where table_schema = 'public' and table_name in ${admin(policies.map(({ table }) => table))} group by table_name`;
  const tables = granted.map(({ table, roles }) => ({
    what: `${table}: all of it`,
    // The owner of the tables is granted everything on them.
    roles: roles.filter((role) => role !== "holdfast_migrator"),
    open: `alter table "${table}" disable row level security`,
    close: `alter table "${table}" enable row level security`,
  }));
  return [...single, ...tables];
}

function replacing({ name, table, cmd, roles, qual, check }: Policy): string {
  const using = qual === null ? "" : `using (${qual})`;
  const checking = check === null ? "" : `with check (${check})`;
  return `drop policy "${name}" on "${table}";
    create policy "${name}" on "${table}" for ${cmd} to ${roles} ${using} ${checking}`;
}

async function through(
  { what, open, close, roles }: Opening,
  { level, prober, whole }: Place,
): Promise<void> {
  const { admin } = prober.level.house;
  await admin.begin((transaction) => transaction.unsafe(open));
  const probes = prober.probes.filter((probe) => concerns(roles, probe));
  foreign.set(what, foreign.get(what) ?? []);
  for (const [probe, outcome] of await prober.tryAll(probes)) {
    const verdict = verdictOn(outcome, whole.get(probe) ?? outcome);
    const key = `${what} (${level})`;
    if (verdict)
      others.set(key, [
        ...(others.get(key) ?? []),
        describeOther(probe.name, verdict, outcome, whole.get(probe)),
      ]);
    const list = foreign.get(what) ?? [];
    foreign.set(what, [
      ...list,
      ...foreignIn(outcome, prober.untouched).map((one) => `${probe.name}: ${one}`),
    ]);
  }
  await admin.begin((transaction) => transaction.unsafe(close));
}

/** For whoever has to find out why. */
function describeOther(probe: string, verdict: string, outcome: Outcome, whole: Outcome | undefined): string {
  const short = (one: Outcome | undefined) => one?.text.slice(0, 500);
  return `${probe}: ${verdict}\n  ${short(outcome)}\n  ${short(whole)}`;
}

/** Triggers and references work as the owner of the tables, whoever sets them off. */
function concerns(roles: string[], { path }: Probe): boolean {
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { meta: Meta } }>;
  const policy = procedures[path]?._def.meta.policy;
  const role = policy && "permission" in policy ? databaseRole(policy.permission) : undefined;
  return roles.includes("holdfast_migrator") || (role !== undefined && roles.includes(role));
}

it("with each policy opened by itself, and each table, the queries alone let nothing foreign through", () => {
  expect(openings.length).toBeGreaterThan(20);
  for (const { what } of openings) expect([what, foreign.get(what)]).toEqual([what, []]);
  const told = [...others.values()].flat().join("\n");
  expect([...others.keys()].sort(), told).toEqual([...SHOWS_MORE].sort());
});

it("an opened policy lets through what no predicate holds", async () => {
  const place = places.find(({ level }) => level === "another workspace");
  const opening = openings.find(({ what }) => what === "task: tenant_reach");
  const site = place?.prober.sites.find(({ name }) => name === "task getTask inWorkspace(task, scope)");
  if (!place || !opening || !site) throw new Error("task.get is asked for no more");
  const { prober } = place;
  const { admin } = prober.level.house;
  const probes = prober.probes.filter(({ path }) => path === "task.get");
  const seen = async () => [...(await prober.tryAll(probes, site)).values()].flatMap((one) => one.seen);
  expect(await seen()).toEqual([]);
  await admin.begin((transaction) => transaction.unsafe(opening.open));
  expect(await seen()).not.toEqual([]);
  await admin.begin((transaction) => transaction.unsafe(opening.close));
});
