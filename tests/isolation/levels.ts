import type postgres from "postgres";
import { fingerprintOf } from "@/server/guard/idempotency";
import { addRows, CASES, type Kind, plantFirstAdminLink, type Rows } from "@/tests/isolation/inputs";
import type { Foreign } from "@/tests/isolation/keepsake";
import { addServiceKey } from "@/tests/isolation/keys";
import { plantInvitation } from "@/tests/isolation/teams";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { sealEverything } from "@/tests/support/seals";

const SECRET = "xylophone";
const OWN = "marzipan";
/** Under these keys others have answers of their own, and nobody has. */
export const TAKEN_KEY = "taken";
export const FREE_KEY = "free";
export const KEYED = "project.create";

/** A caller, what is theirs, and what must stay out of their reach. */
export interface Level {
  house: House;
  caller: Person;
  /** The header of a service of the caller's workspace, for what is for services. */
  service?: { "x-api-key": string };
  own: Rows;
  theirs: Rows;
  foreign: Foreign;
  /** What no answer may hold. */
  marks: string[];
  /** Kinds of rows that are out of the caller's reach. */
  outOfReach(kind: Kind): boolean;
  /** Every grant reaches own rows only. */
  narrow: boolean;
}

const OPEN = { "another workspace": anotherWorkspace, "a colleague": aColleague };
export type LevelName = keyof typeof OPEN;
export const LEVELS = Object.keys(OPEN) as LevelName[];

export async function openLevel(name: LevelName): Promise<Level> {
  const level = await OPEN[name]();
  // Else the trail's lag raises an alert after a minute.
  await sealEverything(level.house);
  return level;
}

/** Takes the second wall down, everywhere. */
export async function takeDownRls({ admin }: House): Promise<void> {
  const tables =
    await admin`select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace`;
  for (const { relname } of tables) await admin`alter table ${admin(relname)} disable row level security`;
}

/** Of what is refused nothing is recorded: that is appended apart from the calls, and would come into any later answer. */
async function open(): Promise<House> {
  const house = await openHouse({ auditSealEvery: 3_600_000 });
  return { ...house, runtime: { ...house.runtime, noteRefusal: () => {} } };
}

/** The caller owns a workspace; what is foreign lies in another. The caller comes last, so that of any row theirs is not the first. */
async function anotherWorkspace(): Promise<Level> {
  const house = await open();
  // Staff: whoever's role is read can be told from the caller's.
  const owner = await house.person({ role: "auditor" });
  const { id: team } = await owner.in().workspace.create({ name: `Team ${SECRET}` });
  const theirs = await addRows(house, owner, team, SECRET);
  const caller = await house.person();
  const { id: club } = await caller.in().workspace.create({ name: `Club ${OWN}` });
  const own = await addRows(house, caller, club, OWN);
  await plantTwins(house.admin, own, theirs);
  const service = await addServiceKey(house.admin, own);
  await plantAnswer(house.admin, theirs.workspace, own.user);
  await plantAnswer(house.admin, own.workspace, (await house.person()).userId);
  await plantFirstAdminLink(house.admin);
  await plantInvitation(house, caller);
  // What the caller sets to false must change something elsewhere, or a write that reaches there would not show.
  await house.admin`update organization set require_second_factor = true where id = ${team}`;
  return {
    house,
    caller,
    service,
    own,
    theirs,
    foreign: { people: [owner.userId], workspaces: [team, owner.workspaceId] },
    marks: [SECRET, owner.workspaceId, ...Object.values(theirs)],
    outOfReach: () => true,
    narrow: false,
  };
}

/** The caller holds every role there is, but each grant reaches own rows only; what is foreign is a colleague's. */
async function aColleague(): Promise<Level> {
  const house = await open();
  const colleague = await house.person();
  const { id: team } = await colleague.in().workspace.create({ name: `Team ${OWN}` });
  await house.admin`update member set role = 'member' where organization_id = ${team}`;
  const theirs = await addRows(house, colleague, team, SECRET);
  // A fellow member's name is nothing to hide.
  await house.admin`update "user" set name = 'A colleague' where id = ${colleague.userId}`;
  const caller = await house.person({ role: "admin" });
  await house.join(caller, team, "owner");
  const own = await addRows(house, caller, team, OWN);
  await colleague.in(team).task.create({ title: `Task ${SECRET}`, projectId: own.project });
  // Fellow members are known to each other.
  const { workspace: _, user: __, member: ___, ...rows } = theirs;
  return {
    house,
    caller,
    own,
    theirs,
    foreign: { people: [colleague.userId], workspaces: [colleague.workspaceId] },
    marks: [SECRET, colleague.workspaceId, ...Object.values(rows)],
    outOfReach: (kind) => kind in rows,
    narrow: true,
  };
}

/**
 * A row's key holds in its workspace only: the foreign workspace has rows with the very ids of the caller's, which are
 * written once more, so that a statement for all comes upon the foreign ones first.
 */
async function plantTwins(admin: postgres.Sql, own: Rows, theirs: Rows): Promise<void> {
  const tables = await admin<{ name: string; columns: string[]; texts: string[] }[]>`
    select table_name as name, array_agg(column_name::text) as columns,
      coalesce(array_agg(column_name::text) filter (where data_type = 'text'), '{}') as texts
    from information_schema.columns where table_schema = 'public' group by table_name
    having array_agg(column_name::text) @> '{workspace_id,owner_id}'`;
  const values = (columns: string[], texts: string[]) =>
    columns.map((column) => {
      if (column === "workspace_id") return `'${theirs.workspace}'`;
      // Of a person's key, which is all there is yet.
      if (column === "owner_id" || column === "reference_id") return `'${theirs.user}'`;
      return texts.includes(column) ? `replace("${column}", '${OWN}', '${SECRET}')` : `"${column}"`;
    });
  const copies = tables.map(
    ({ name, columns, texts }) =>
      `insert into "${name}" (${columns.map((column) => `"${column}"`)}) select ${values(columns, texts)}
       from "${name}" where workspace_id = '${own.workspace}';
       update "${name}" set owner_id = owner_id where workspace_id = '${own.workspace}'`,
  );
  // The product could not write these: a reference of theirs may lead nowhere.
  const planting = ["set local session_replication_role = replica", ...copies].join(";");
  await admin.begin((transaction) => transaction.unsafe(planting));
}

/** An answer that another workspace, or another person, got under a key that the caller will use. */
async function plantAnswer(admin: postgres.Sql, workspace: string, owner: string): Promise<void> {
  const fingerprint = fingerprintOf(KEYED, CASES[KEYED]?.input({} as Rows));
  const answer = JSON.stringify({ data: { name: SECRET } });
  await admin`insert into idempotency_record (workspace_id, owner_id, key, procedure, fingerprint, reach, answer)
    values (${workspace}, ${owner}, ${TAKEN_KEY}, ${KEYED}, ${fingerprint}, 'own', ${answer}::json)`;
}
