import type { House, Person } from "@/tests/support/house";

export const WORKSPACE_ROLES = ["viewer", "member", "admin", "owner"] as const;
export type TeamRole = (typeof WORKSPACE_ROLES)[number];
export type People = Record<TeamRole | "colleague", Person>;

/** Five people: one for each role, and a colleague with the role member. */
export async function makePeople(house: House): Promise<People> {
  const [viewer, member, admin, owner, colleague] = await Promise.all(
    Array.from({ length: 5 }, () => house.person()),
  );
  if (!viewer || !member || !admin || !owner || !colleague) throw new Error("no people");
  return { viewer, member, admin, owner, colleague };
}

/** A fresh workspace of the owner's, in which everybody has their role. */
export async function makeTeam(house: House, people: People): Promise<string> {
  const { id } = await people.owner.in().workspace.create({ name: "A team" });
  await house.join(people.viewer, id, "viewer");
  await house.join(people.member, id, "member");
  await house.join(people.colleague, id, "member");
  await house.join(people.admin, id, "admin");
  return id;
}

/** Does `work` while a person has another role in a workspace. */
export async function whileRole<Result>(
  house: House,
  { person, workspaceId, role }: { person: Person; workspaceId: string; role: string },
  work: () => Promise<Result>,
): Promise<Result> {
  const set = (to: string) =>
    house.admin`update member set role = ${to} where organization_id = ${workspaceId} and user_id = ${person.userId}`;
  const [before] = await house.admin<{ role: string }[]>`
    select role from member where organization_id = ${workspaceId} and user_id = ${person.userId}`;
  await set(role);
  try {
    return await work();
  } finally {
    await set(before?.role ?? role);
  }
}

/** How many rows the audit trail has of what was done by calls. Refusals come later; triggers write in other words. */
export async function auditRows(house: House): Promise<number> {
  const [row] = await house.admin<{ rows: number }[]>`
    select count(*)::int as rows from audit_event where outcome = 'success' and action like '%.%'`;
  return row?.rows ?? 0;
}
