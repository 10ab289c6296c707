import type postgres from "postgres";
import { v7 } from "uuid";
import { cursorOf } from "@/db/page";
import { addKeys } from "@/tests/isolation/keys";
import { addTeam, digestOf, INVITATION_TOKEN, INVITED, plantInvitation } from "@/tests/isolation/teams";
import type { House, Person } from "@/tests/support/house";
import { sinceEver } from "@/tests/support/stream";

/** One row of each kind, owned by one person in one workspace. */
export interface Rows {
  workspace: string;
  user: string;
  project: string;
  archivedProject: string;
  task: string;
  document: string;
  /** A second one, on another device. */
  session: string;
  /** About the person; staff alone sees alerts. */
  alert: string;
  apiKey: string;
  serviceAccount: string;
  /** The membership of a viewer. */
  member: string;
  /** Waits for an answer. */
  invitation: string;
  /** Somebody who has nothing to do with any of it. */
  outsider: string;
}

export type Kind = keyof Rows;

/** What a procedure takes: a good input made of one's own rows, and which fields of it hold an id of which kind. */
interface Case {
  input(own: Rows): Record<string, unknown>;
  ids: Record<string, Kind>;
}

const TASK = { ids: { id: "task" } as const };
const PROJECT = { ids: { id: "project" } as const };
const DOCUMENT = { ids: { id: "document" } as const };
const ALERT = { ids: { id: "alert" } as const };
const MEMBER = { ids: { id: "member" } as const };
const OUTSIDER = { ids: { id: "outsider" } as const };
const NONE = { input: () => ({}), ids: {} };
const FIRST_ADMIN_TOKEN = "A".repeat(43);
const ANSWER = { input: () => ({ token: INVITATION_TOKEN }), ids: {} };

/** Every procedure of the router; the suite fails when one is missing, or has an id field that is not named here. */
export const CASES: Record<string, Case> = {
  "me.get": NONE,
  "profile.get": NONE,
  "profile.update": { input: () => ({ name: "Renamed" }), ids: {} },
  "workspace.list": NONE,
  "workspace.create": { input: () => ({ name: "Another" }), ids: {} },
  "workspace.get": { input: (own) => ({ id: own.workspace }), ids: { id: "workspace" } },
  "workspace.update": { input: (own) => ({ id: own.workspace, name: "Renamed" }), ids: { id: "workspace" } },
  "workspace.setSecondFactor": {
    input: (own) => ({ id: own.workspace, required: false }),
    ids: { id: "workspace" },
  },
  "workspace.delete": { input: (own) => ({ id: own.workspace }), ids: { id: "workspace" } },
  "member.list": NONE,
  "member.invite": { input: () => ({ email: INVITED, role: "admin" }), ids: {} },
  "member.setRole": { ...MEMBER, input: (own) => ({ id: own.member, role: "admin" }) },
  "member.remove": { ...MEMBER, input: (own) => ({ id: own.member }) },
  "member.leave": NONE,
  "member.transferOwnership": { ...MEMBER, input: (own) => ({ id: own.member }) },
  "invitation.list": NONE,
  "invitation.mine": NONE,
  "invitation.accept": ANSWER,
  "invitation.decline": ANSWER,
  "invitation.revoke": { input: (own) => ({ id: own.invitation }), ids: { id: "invitation" } },
  "project.list": { input: () => ({ search: "e" }), ids: {} },
  "project.get": { ...PROJECT, input: (own) => ({ id: own.project }) },
  "project.create": { input: () => ({ name: "New" }), ids: {} },
  "project.update": { ...PROJECT, input: (own) => ({ id: own.project, name: "Renamed" }) },
  "project.archive": { ...PROJECT, input: (own) => ({ id: own.project }) },
  "project.delete": { ...PROJECT, input: (own) => ({ id: own.project }) },
  "task.list": {
    input: (own) => ({ projectId: own.project, assigneeId: own.user, search: "e" }),
    ids: { projectId: "project", assigneeId: "user" },
  },
  "task.get": { ...TASK, input: (own) => ({ id: own.task }) },
  "task.create": {
    input: (own) => ({ title: "New", projectId: own.project, assigneeId: own.user }),
    ids: { projectId: "project", assigneeId: "user" },
  },
  "task.update": { ...TASK, input: (own) => ({ id: own.task, title: "Renamed" }) },
  "task.move": {
    input: (own) => ({ id: own.task, projectId: own.project, status: "done" }),
    ids: { id: "task", projectId: "project" },
  },
  "task.assign": {
    input: (own) => ({ id: own.task, assigneeId: own.user }),
    ids: { id: "task", assigneeId: "user" },
  },
  "task.delete": { ...TASK, input: (own) => ({ id: own.task }) },
  // From before all changes: what is foreign is older than one's own, and would be told first.
  "task.changes": {
    input: (own) => ({ workspaceId: own.workspace, lastEventId: sinceEver() }),
    ids: { workspaceId: "workspace" },
  },
  "document.list": {
    input: (own) => ({ projectId: own.project, search: "e" }),
    ids: { projectId: "project" },
  },
  "document.get": { ...DOCUMENT, input: (own) => ({ id: own.document }) },
  "document.create": {
    input: (own) => ({ title: "New", projectId: own.project }),
    ids: { projectId: "project" },
  },
  "document.update": {
    input: (own) => ({ id: own.document, body: "Changed", projectId: own.project }),
    ids: { id: "document", projectId: "project" },
  },
  "document.delete": { ...DOCUMENT, input: (own) => ({ id: own.document }) },
  "document.versions": { ...DOCUMENT, input: (own) => ({ id: own.document }) },
  "document.restore": { ...DOCUMENT, input: (own) => ({ id: own.document, to: 1 }) },
  "securityEvent.list": NONE,
  "securityEvent.mine": NONE,
  "securityEvent.export": {
    input: () => ({ format: "csv", after: "2020-01-01T00:00:00.000Z", cursor: cursorOf(v7()) }),
    ids: {},
  },
  "securityEvent.verify": NONE,
  "securityEvent.pull": NONE,
  "apiKey.list": NONE,
  "apiKey.create": {
    input: () => ({ name: "New", expiresInDays: 1 }),
    ids: { serviceAccountId: "serviceAccount" },
  },
  "apiKey.rotate": { input: (own) => ({ id: own.apiKey }), ids: { id: "apiKey" } },
  "apiKey.revoke": { input: (own) => ({ id: own.apiKey }), ids: { id: "apiKey" } },
  "serviceAccount.list": NONE,
  "serviceAccount.create": { input: () => ({ name: "New" }), ids: {} },
  "serviceAccount.delete": {
    input: (own) => ({ id: own.serviceAccount }),
    ids: { id: "serviceAccount" },
  },
  "user.claimFirstAdmin": { input: () => ({ token: FIRST_ADMIN_TOKEN }), ids: {} },
  "session.list": NONE,
  "session.revoke": { input: (own) => ({ id: own.session }), ids: { id: "session" } },
  "session.revokeOthers": NONE,
  "user.list": NONE,
  "user.setRole": { ...OUTSIDER, input: (own) => ({ id: own.outsider, role: "auditor" }) },
  "user.ban": { ...OUTSIDER, input: (own) => ({ id: own.outsider, reason: "Spam" }) },
  "user.unban": { ...OUTSIDER, input: (own) => ({ id: own.outsider }) },
  "user.revokeSessions": { ...OUTSIDER, input: (own) => ({ id: own.outsider }) },
  "alert.list": NONE,
  "alert.acknowledge": { ...ALERT, input: (own) => ({ id: own.alert }) },
  "alert.resolve": { ...ALERT, input: (own) => ({ id: own.alert }) },
};

/** The good input of a mutation; makes the person security staff, or a link for them, where it takes that besides. */
export async function goodInput(house: House, person: Person, own: Rows, path: string) {
  if (path.startsWith("securityEvent."))
    await house.admin`update "user" set role = 'auditor' where id = ${person.userId}`;
  if (isForAdmins(path)) await house.admin`update "user" set role = 'admin' where id = ${person.userId}`;
  if (isAnswer(path)) await plantInvitation(house, person);
  if (path !== "user.claimFirstAdmin") return CASES[path]?.input(own);
  return { token: (await house.runtime.firstAdminLink())?.split("#")[1] };
}

/** Governs the platform: for its admins alone. */
export const isForAdmins = (path: string) =>
  path.startsWith("alert.") || (path.startsWith("user.") && path !== "user.claimFirstAdmin");
const isAnswer = (path: string) => path === "invitation.accept" || path === "invitation.decline";
/** Asks for a secret besides, that nobody has unless it was planted. */
export const needsSecret = (path: string) => path === "user.claimFirstAdmin" || isAnswer(path);

/** Fills a workspace with one row of each kind, every text holding `mark`. */
export async function addRows(
  house: House,
  person: Person,
  workspaceId: string,
  mark: string,
): Promise<Rows> {
  const api = person.in(workspaceId);
  const project = await api.project.create({ name: `Project ${mark}`, description: mark });
  const archived = await api.project.create({ name: `Archived ${mark}` });
  await api.project.archive({ id: archived.id });
  const task = await api.task.create({
    title: `Task ${mark}`,
    description: mark,
    projectId: project.id,
    assigneeId: person.userId,
  });
  const document = await api.document.create({
    title: `Document ${mark}`,
    body: mark,
    projectId: project.id,
  });
  await house.admin`update "user" set name = ${`Person ${mark}`} where id = ${person.userId}`;
  const team = await addTeam(house, person, workspaceId);
  return {
    ...team,
    workspace: workspaceId,
    user: person.userId,
    project: project.id,
    archivedProject: archived.id,
    task: task.id,
    document: document.id,
    session: await addSession(house, person.userId),
    alert: await addAlert(house, person.userId),
    ...(await addKeys(house.admin, { workspaceId, ownerId: person.userId, mark })),
  };
}

/** The link that the case of `user.claimFirstAdmin` spends. */
export async function plantFirstAdminLink(admin: postgres.Sql): Promise<void> {
  const digest = digestOf(FIRST_ADMIN_TOKEN);
  await admin`insert into first_admin_link (digest, expires_at) values (${digest}, now() + interval '1 day')`;
}

/** A session of somebody on another device, put behind the walls; answers its id. */
async function addSession(house: House, userId: string): Promise<string> {
  const id = v7();
  await house.admin`insert into session (id, token, user_id, expires_at) values (${id}, ${id}, ${userId}, now() + interval '1 day')`;
  return id;
}

/** An alert about somebody, put behind the walls; answers its id. */
async function addAlert(house: House, subjectId: string): Promise<string> {
  const id = v7();
  await house.admin`
    insert into alert (id, rule, severity, subject_kind, subject_id, first_at, last_at, window_key)
    values (${id}, 'cross_tenant_probing', 'critical', 'user', ${subjectId}, now(), now(), ${id})`;
  return id;
}

/** A digest of every tenant row and of every workspace and membership: changed by any write, whoever made it. */
export async function fingerprint(house: House, workspaceId: string): Promise<string> {
  const rows = await house.admin`
    select md5(string_agg(line, '|' order by line)) as digest from (
      select t::text as line from project t where workspace_id = ${workspaceId}
      union all select t::text from task t where workspace_id = ${workspaceId}
      union all select t::text from document t where workspace_id = ${workspaceId}
      union all select t::text from document_version t where workspace_id = ${workspaceId}
      union all select t::text from organization t where id = ${workspaceId}
      union all select t::text from apikey t where workspace_id = ${workspaceId}
      union all select t::text from service_account t where workspace_id = ${workspaceId}
      union all select t::text from member t where organization_id = ${workspaceId}
      union all select s.id::text from session s join member m on m.user_id = s.user_id
        where m.organization_id = ${workspaceId}
      union all select t::text from invitation t where organization_id = ${workspaceId}
      union all select u::text from "user" u join member m on m.user_id = u.id where m.organization_id = ${workspaceId}
    ) as lines`;
  return String(rows[0]?.digest);
}
