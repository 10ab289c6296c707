import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Sql } from "@/db/client";
import { createDesk, type Desk } from "@/server/cli/attack/desk";
import { type Key, type Keys, makeKeys } from "@/server/cli/attack/keys";
import {
  cookieOf,
  makePerson,
  PASSWORD,
  PEOPLE,
  type Person,
  type PersonName,
} from "@/server/cli/attack/people";
import { rowOf, rowOfNobody } from "@/server/cli/attack/rows";
import { type Input, inputOf } from "@/server/cli/attack/samples";
import type { Answer, Sender } from "@/server/cli/attack/send";
import { makeSpares, type Spares } from "@/server/cli/attack/spares";
import { type Watch, watch } from "@/server/cli/attack/state";
import type { Way } from "@/server/cli/attack/surface";
import type { Target } from "@/server/cli/attack/target";

export type WorkspaceRole = "viewer" | "member" | "admin" | "owner";

/** A place with people and rows: all texts in it hold its mark. */
export interface Workspace {
  id: string;
  mark: string;
  roles: ReadonlyMap<string, WorkspaceRole>;
}

/** The ground on which all attacks are made. */
export interface World {
  target: Target;
  watch: Watch;
  sender: Sender;
  desk: Desk;
  people: Readonly<Record<PersonName, Person>>;
  /** The workspace that is attacked, and the stranger's. */
  team: Workspace;
  club: Workspace;
  spares: Spares;
  keys: Keys;
  password: string;
  hints: Readonly<Record<string, unknown>>;
  /** Rows that could not be made, and why. */
  gaps: string[];
  /** Signs in once more; answers the cookie. */
  signIn(person: Person): Promise<string>;
  /** The id of a row of a noun that a person owns in a workspace. */
  idOf(noun: string, person: Person, workspace: string): string | undefined;
}

/** Makes people by sign-up and sign-in, their roles behind the walls, and one row of each noun by the product itself. */
export async function layGround(target: Target, sender: Sender, ways: readonly Way[]): Promise<World> {
  const desk = createDesk(target, sender);
  const signIn = async ({ email }: Pick<Person, "email">) =>
    cookieOf(await desk.auth("/sign-in/email", { email, password: PASSWORD }));
  const made = await Promise.all(PEOPLE.map((name) => makePerson(target.admin, desk, name, signIn)));
  const people = Object.fromEntries(made.map((person) => [person.name, person])) as World["people"];
  const team = await makeWorkspace(target.admin, desk, people.owner, "team", {
    viewer: people.viewer,
    member: people.member,
    admin: people.admin,
  });
  const club = await makeWorkspace(target.admin, desk, people.stranger, "club", {});
  await giveRights(target.admin, people);
  const spares = await makeSpares(target.admin, target.secret, { people, team, club });
  // So that they may ask for a second factor, and come in where one was asked for.
  await target.admin`update session set second_factor_at = now()`;
  const hints = {
    "user.claimFirstAdmin.token": await firstAdminToken(target.admin),
    // From the beginning on: an export of tomorrow would be empty.
    "securityEvent.export.after": "2000-01-01T00:00:00.000Z",
    // A key for oneself; for a service account only some may make one.
    "apiKey.create.serviceAccountId": null,
    // Roles that all who may give roles hold themselves, and that change something.
    "member.invite.role": "member",
    "member.setRole.role": "viewer",
    "user.setRole.role": "auditor",
    "user.unban.id": people.banned.userId,
  };
  const gaps: string[] = [];
  // Rows of people themselves: spare ones, so that nobody who attacks is changed.
  const ids = new Map([
    ["user", spares.subject.userId],
    [["member", people.owner.userId, team.id].join(), spares.inTeam],
    [["member", people.stranger.userId, club.id].join(), spares.inClub],
  ]);
  const keys = await makeKeys(target.admin, desk, people.owner, team.id);
  const world: Omit<World, "watch"> = {
    ...{ target, sender, desk, people, team, club, spares, keys, hints, gaps, signIn },
    password: PASSWORD,
    idOf: (noun, person, workspace) => ids.get([noun, person.userId, workspace].join()) ?? ids.get(noun),
  };
  const creators = ways
    .filter(({ name, writes, noun }) => name === `${noun}.create` && writes && noun !== "workspace")
    .sort((one, other) => references(one) - references(other));
  for (const [person, workspace] of [
    [people.owner, team],
    [people.member, team],
    [people.stranger, club],
  ] as const) {
    for (const way of creators) await seed(world, way, person, workspace, ids);
    await findOthers(target.admin, ways, person, workspace, ids);
  }
  for (const noun of new Set(ways.map((way) => way.noun))) {
    const id = await rowOfNobody(target.admin, noun);
    if (id) ids.set(noun, id);
  }
  const eye = await watch(target.admin);
  await eye.keep();
  return { ...world, watch: eye };
}

const references = (way: Way) => way.fields.filter(({ name }) => name.endsWith("Id")).length;

async function makeWorkspace(
  admin: Sql,
  desk: Desk,
  owner: Person,
  name: string,
  others: Partial<Record<WorkspaceRole, Person>>,
): Promise<Workspace> {
  const mark = `canary-${name}-${randomBytes(4).toString("hex")}`;
  const answer = await desk.call({ name: "workspace.create", writes: true }, { name: mark }, owner);
  const id = idIn(answer);
  if (!id) throw new Error(`workspace.create was answered ${answer.status}: ${answer.text.slice(0, 200)}`);
  const roles = new Map<string, WorkspaceRole>([[owner.userId, "owner"]]);
  for (const [role, person] of Object.entries(others) as [WorkspaceRole, Person][]) {
    await admin`insert into member (id, organization_id, user_id, role)
      values (${randomUUID()}, ${id}, ${person.userId}, ${role})`;
    roles.set(person.userId, role);
  }
  return { id, mark, roles };
}

async function giveRights(admin: Sql, people: World["people"]): Promise<void> {
  for (const { userId, platform } of Object.values(people))
    await admin`update "user" set role = ${platform} where id = ${userId} and role <> ${platform}`;
  // A ban ends all sessions; that it also holds where one was left is seen by one that was.
  await admin.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update "user" set banned = true where id = ${people.banned.userId}`;
    await tx`select pg_notify('access_change', ${people.banned.userId})`;
  });
}

/** A link that is good, in place of the one that an admin's being there has ended. */
async function firstAdminToken(admin: Sql): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const digest = createHash("sha256").update(token).digest("base64url");
  await admin`insert into first_admin_link (digest, expires_at) values (${digest}, now() + interval '1 day')
    on conflict (singleton) do update set digest = excluded.digest, expires_at = excluded.expires_at, used_at = null, used_by = null`;
  return token;
}

async function seed(
  world: Omit<World, "watch">,
  way: Way,
  person: Person,
  workspace: Workspace,
  ids: Map<string, string>,
): Promise<void> {
  const input = inputOf(
    way,
    sourceFor(world, { person, workspace: workspace.id, rowsOf: person }, workspace.mark),
  );
  const answer = input && (await world.desk.call(way, input, person, workspace.id));
  const id = answer && idIn(answer);
  if (id) ids.set([way.noun, person.userId, workspace.id].join(), id);
  else world.gaps.push(`${way.name}: no row for ${person.name} (${answer?.status ?? "no valid input"})`);
}

/** Rows of nouns that nobody creates by a procedure: found by the name of their table. */
async function findOthers(
  admin: Sql,
  ways: readonly Way[],
  person: Person,
  workspace: Workspace,
  ids: Map<string, string>,
): Promise<void> {
  // On another device: who ends their only session is nobody in all that follows.
  const device = randomUUID();
  await admin`insert into session (id, token, user_id, expires_at)
    values (${device}, ${randomUUID()}, ${person.userId}, now() + interval '1 day')`;
  ids.set(["session", person.userId, workspace.id].join(), device);
  for (const noun of new Set(ways.map((way) => way.noun))) {
    const key = [noun, person.userId, workspace.id].join();
    const id = ids.get(key) ?? (await rowOf(admin, noun, person.userId, workspace.id));
    if (id) ids.set(key, id);
  }
}

/** Somebody in a workspace, and the rows that they name: of whom, and where these lie. */
export interface Place {
  person: Person;
  workspace: string;
  rowsOf: Person;
  /** Where the rows lie; the workspace itself unless it says so. */
  rowsIn?: string;
  /** By which key the person calls; by the session unless it says so. */
  by?: Key;
}

/** Whose words and rows an input is made of. In a personal workspace there are no rows. */
export function sourceFor(
  world: Pick<World, "idOf" | "hints" | "spares">,
  { person, workspace, rowsOf, rowsIn = workspace }: Place,
  mark: string,
) {
  const letter = world.spares.letters.get(rowsOf.userId);
  return {
    text: `Text ${mark}`,
    hints: { ...world.hints, "invitation.accept.token": letter, "invitation.decline.token": letter },
    idFor: (noun: string, field: string) => {
      const named = field === "id" ? noun : field.replace(/Id$/, "");
      if (named === "workspace") return rowsIn;
      // Of people only governors name any; whom others name in a field is one of theirs.
      const id = named === "user" && field !== "id" ? undefined : world.idOf(named, rowsOf, rowsIn);
      if (id || field === "id") return id;
      // Whatever else a field names, it is a person: assignee, user, owner.
      return rowsIn === person.home ? undefined : rowsOf.userId;
    },
  };
}

function idIn(answer: Answer): string | undefined {
  const { result } = (answer.json ?? {}) as { result?: { data?: Input } };
  return typeof result?.data?.id === "string" ? result.data.id : undefined;
}
