import { and, desc, eq } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { member, user } from "@/db/schema/identity";
import { ofWorkspace, type Scope } from "@/db/scope";
import type { ListMembers, Member } from "@/server/features/member/schema";
import type { WorkspaceRole } from "@/server/identity/identity";

export async function listMembers(scope: Scope, { cursor, limit }: ListMembers): Promise<Page<Member>> {
  const rows = await scope.tx
    .select({ id: member.id, userId: user.id, name: user.name, email: user.email, role: member.role })
    .from(member)
    .innerJoin(user, eq(user.id, member.userId))
    .where(and(ofWorkspace(member, scope), olderThan(member.id, cursor)))
    .orderBy(desc(member.id))
    .limit(limit + 1);
  return toPage(
    rows.map((row) => ({ ...row, role: row.role as WorkspaceRole })),
    limit,
  );
}
