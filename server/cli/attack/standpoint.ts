import { type Matrix, rowsOfRule, type Verdict, verdictOn } from "@/server/cli/attack/expected";
import type { Person, PersonName } from "@/server/cli/attack/people";
import { type Input, inputOf, kindOf } from "@/server/cli/attack/samples";
import type { Way } from "@/server/cli/attack/surface";
import { type Expect, errorOf, FORBIDDEN, refusedFor, UNAUTHENTICATED } from "@/server/cli/attack/trial";
import { type Place, sourceFor, type World } from "@/server/cli/attack/world";

/** Somebody in a place, with a good input, and what must come of it. */
export interface Standpoint extends Place {
  input: Input;
  verdict: Verdict;
}

/** All that attacks are made of. */
export interface Siege {
  world: World;
  matrix: Matrix;
  /** Those that are attacked. */
  ways: readonly Way[];
  /** Those that there are. */
  all: readonly Way[];
}

/** Where somebody stands who calls a procedure so; undefined when there is no such input. */
export function standAt(
  { world, matrix }: Siege,
  way: Way,
  place: Place,
  isKnown = true,
): Standpoint | undefined {
  const { person, workspace, rowsOf, rowsIn = workspace } = place;
  const rule = matrix.rules.get(way.procedure);
  // What is about the caller says who that is, wherever they stand: those who watch over people may read it.
  const whose = rowsOfRule(matrix, rule);
  const isAboutMe = whose === "person";
  const mark = isAboutMe ? person.mark : markIn(world, person, workspace);
  const made = inputOf(way, sourceFor(world, place, mark));
  if (!made) return undefined;
  // Below /users/{userId} everybody has a place of their own, and no other.
  const own = way.rest?.parameter?.mustBeCaller ? way.rest.parameter.field : undefined;
  const input = own === undefined ? made : { ...made, [own]: person.userId };
  const isNamed = rule?.workspaceField != null;
  const namesRow = isAnswer(way) || (rowsIn === workspace ? input.id !== undefined : namesAny(way, input));
  const isOfSomebody = !isNamed && own === undefined && whose !== "house";
  const verdict = verdictOn(matrix, way.procedure, {
    caller: isKnown ? callerOf(world, place) : null,
    workspace: isNamed ? rowsIn : workspace,
    // A person's own row is in no workspace: it is theirs wherever they stand.
    row:
      namesRow && isOfSomebody ? { workspace: isAboutMe ? workspace : rowsIn, ownerId: rowsOf.userId } : null,
  });
  return { ...place, input, verdict };
}

/** Whether the input holds the secret of a letter, which stands for a row of whoever got it. */
const isAnswer = ({ procedure }: Way) =>
  procedure === "invitation.accept" || procedure === "invitation.decline";

/** Whether an input names anything by id, or by the secret of a letter. */
export const namesAny = (way: Way, input: Input): boolean =>
  isAnswer(way) ||
  way.fields.some(({ name, schema }) => kindOf(schema) === "id" && typeof input[name] === "string");

const markIn = ({ team, club }: World, person: Person, workspace: string) =>
  [team, club].find(({ id }) => id === workspace)?.mark ?? person.mark;

function callerOf({ team, club }: World, { person, by }: Place) {
  const { userId, platform, home } = person;
  const roleIn = (workspace: string) =>
    workspace === home ? "owner" : [team, club].find(({ id }) => id === workspace)?.roles.get(userId);
  if (!by)
    return { userId, platform, roleIn, kind: person.token ? ("token" as const) : ("session" as const) };
  // A key works in the one workspace that it was made in.
  const bound = (workspace: string) => (workspace === team.id ? roleIn(workspace) : undefined);
  return { userId, platform, roleIn: bound, kind: by.kind, scopes: by.scopes };
}

/** Where the owner's key stands, or that of the team's service account. */
export function byKey({ people, team, keys }: World, name: "key" | "bare" | "service"): Place {
  const person = { ...people.owner, name: name === "service" ? "service" : "api-key" };
  return { person, workspace: team.id, rowsOf: people.owner, by: keys[name] };
}

const IN_TEAM: readonly PersonName[] = ["viewer", "member", "admin", "owner"];
const AT_HOME: readonly PersonName[] = ["auditor", "platform-admin"];

/** Who may call a procedure, the weakest first: members of the team on rows in reach, then people of the platform. */
export function entitled(siege: Siege, way: Way): Standpoint[] {
  const { people: all, team } = siege.world;
  const inTeam = IN_TEAM.map((name) => {
    const person = all[name];
    return standAt(siege, way, {
      person,
      workspace: team.id,
      rowsOf: name === "member" ? person : all.owner,
    });
  });
  const atHome = AT_HOME.map((name) => {
    const person = all[name];
    return standAt(siege, way, { person, workspace: person.home, rowsOf: person });
  });
  const allowed = (all: (Standpoint | undefined)[]) =>
    all.flatMap((one) => (one?.verdict === "allowed" ? [one] : []));
  const members = allowed(inTeam);
  const people = members.length > 0 ? members : allowed(atHome);
  return people.length > 0 ? people : allowed([standAt(siege, way, byKey(siege.world, "service"))]);
}

/** The weakest and the strongest of those who may; one when they are the same. */
export function ends(siege: Siege, way: Way): Standpoint[] {
  const all = entitled(siege, way);
  const [weakest] = all;
  const strongest = all.at(-1);
  if (!weakest || !strongest) return [];
  return weakest === strongest ? [weakest] : [weakest, strongest];
}

/** The strongest of those who may. */
export const strongest = (siege: Siege, way: Way): Standpoint | undefined => entitled(siege, way).at(-1);

/** Marks that somebody may see anywhere. */
export function marksOf({ people, team, club }: World, person: Person): ReadonlySet<string> {
  const places = [team, club].filter(({ roles }) => roles.has(person.userId));
  const others = Object.values(people).filter(({ userId }) => places.some(({ roles }) => roles.has(userId)));
  return new Set([person, ...places, ...others].map(({ mark }) => mark));
}

/** What the answers to a call from a standpoint may hold. */
export function seenFrom({ world, matrix }: Siege, way: Way, stand: Standpoint): ReadonlySet<string> {
  const sees = new Set(marksOf(world, stand.person));
  const who = matrix.rules.get(way.procedure)?.who;
  // Who watches over people sees who they are, and no content.
  if (stand.verdict === "allowed" && (who === "auditor" || who === "admin"))
    for (const { mark } of Object.values(world.people)) sees.add(mark);
  return sees;
}

/** What a call from a standpoint must be answered. */
export function expectationOf({ matrix, world }: Siege, way: Way, stand: Standpoint): Expect {
  const { verdict, person, workspace } = stand;
  if (verdict === "unauthenticated") return UNAUTHENTICATED;
  if (verdict === "forbidden") return FORBIDDEN;
  // A token is of a session, and never proves that somebody is there.
  if (person.token && matrix.rules.get(way.procedure)?.callers.includes("fresh"))
    return refusedFor("STEP_UP_REQUIRED");
  const reason = conflictOf(world, way, stand);
  if (reason !== undefined) return conflict(reason);
  if (way.kind === "subscription") return FIRST_EVENT;
  if (!way.writes) return { words: "200, nothing changed", statuses: [200] };
  const action = matrix.rules.get(way.procedure)?.audit ?? way.procedure;
  const status = way.rest?.method === "POST" && way.verb === "create" ? 201 : 200;
  return {
    words: `${status}, the change, and its audit row`,
    statuses: [status],
    change: { action, actorId: person.userId, workspaceId: workspace },
  };
}

/** Why whoever may is refused all the same: a personal workspace is one person's, and every workspace keeps an owner. */
function conflictOf(
  { team, club }: World,
  { procedure }: Way,
  { person, workspace, input }: Standpoint,
): string | undefined {
  const isHome = (procedure === "workspace.delete" ? input.id : workspace) === person.home;
  const ofPersonal = ["workspace.delete", "member.invite", "member.leave"].includes(procedure);
  if (isHome && ofPersonal) return "PERSONAL_WORKSPACE";
  const isOwner = [team, club].some(
    ({ id, roles }) => id === workspace && roles.get(person.userId) === "owner",
  );
  return procedure === "member.leave" && isOwner ? "LAST_OWNER" : undefined;
}

/** 409, for this reason. */
export const conflict = (reason: string): Expect => ({
  ...{ words: `409 CONFLICT, ${reason}, nothing changed`, statuses: [409], code: "CONFLICT" },
  fault: ({ json }) => {
    const told = errorOf(json)?.reason;
    return told === reason ? undefined : `the reason is ${told}, not ${reason}`;
  },
});

const FIRST_EVENT: Expect = {
  words: "200, a first event, nothing changed",
  statuses: [200],
  fault: ({ json }) => (json === undefined ? "the stream tells nothing" : undefined),
};

const credentialOf = ({ token, cookie }: Person): [string, string] =>
  token ? ["Authorization", `Bearer ${token}`] : ["Cookie", cookie];

/** The headers of a call from a standpoint. */
export const headersOf = ({ person, workspace, by }: Standpoint): [string, string][] => [
  by?.header ?? credentialOf(person),
  ["X-Workspace-Id", workspace],
];
