import { createHash } from "node:crypto";
import { and, desc, eq, exists, getTableColumns, gt, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { firstAdminLink } from "@/db/schema/first-admin";
import { user } from "@/db/schema/identity";
import { everywhere, isMe, type Scope } from "@/db/scope";
import { foundOrLast, patternOf, ROWS_SEARCHED, searchColumns, toSearchPage } from "@/db/search";
import type {
  Account,
  Ban,
  ChangedAccount,
  ClaimFirstAdmin,
  ListAccounts,
  SetPlatformRole,
} from "@/server/features/user/schema";
import { noteChange, written } from "@/server/guard/change";
import { badRequest, conflict, outOfReach } from "@/server/guard/errors";
import type { PlatformRole } from "@/server/identity/identity";

/**
 * Spends the first-admin link, by one conditional statement: of any number of parallel uses, the row lock lets one
 * through and the others find it spent. An unknown, spent or expired link is the uniform 403.
 */
export async function claimFirstAdmin(scope: Scope, { token }: ClaimFirstAdmin): Promise<{ id: string }> {
  const digest = createHash("sha256").update(token).digest("base64url");
  const spent = scope.tx.$with("spent").as(
    scope.tx
      .update(firstAdminLink)
      .set({ usedAt: sql`now()`, usedBy: scope.userId })
      .where(
        and(
          eq(firstAdminLink.digest, digest),
          isNull(firstAdminLink.usedAt),
          gt(firstAdminLink.expiresAt, sql`now()`),
        ),
      )
      .returning({ singleton: firstAdminLink.singleton }),
  );
  const [[before], [after]] = await Promise.all([
    scope.tx.select({ role: user.role }).from(user).where(isMe(user, scope)).for("update"),
    scope.tx
      .with(spent)
      .update(user)
      .set({ role: "admin", updatedAt: sql`now()` })
      .where(and(isMe(user, scope), exists(scope.tx.select().from(spent))))
      .returning({ id: user.id, role: user.role }),
  ]);
  if (!before || !after) return outOfReach();
  noteChange(scope, { before: { role: before.role }, after: { role: after.role } });
  return { id: after.id };
}

const isBanned = sql<boolean>`is_banned(${user.banned}, ${user.banExpires})`.as("banned");
const platformRole = sql<PlatformRole>`coalesce(${user.role}, 'user')`.as("role");
const changed = { id: user.id, role: platformRole, banned: isBanned };
const { name, email, emailVerified, banReason, banExpires, createdAt } = getTableColumns(user);
const listed = { ...changed, name, email, emailVerified, banReason, banExpires, createdAt };

function filtersOf(scope: Scope, { cursor }: ListAccounts): SQL | undefined {
  return and(everywhere(scope), olderThan(user.id, cursor));
}

export async function listAccounts(scope: Scope, input: ListAccounts): Promise<Page<Account>> {
  const { search, limit } = input;
  if (search !== undefined) return searchAccounts(scope, { ...input, search });
  const rows = await scope.tx
    .select(listed)
    .from(user)
    .where(filtersOf(scope, input))
    .orderBy(desc(user.id))
    .limit(limit + 1);
  return toPage(rows.map(toAccount), limit);
}

type SearchAccounts = ListAccounts & { search: string };

async function searchAccounts(scope: Scope, input: SearchAccounts): Promise<Page<Account>> {
  const { search, limit } = input;
  const seen = scope.tx
    .select({ ...listed, ...searchColumns(user.id, patternOf(search), [user.name, user.email]) })
    .from(user)
    .where(filtersOf(scope, input))
    .orderBy(desc(user.id))
    .limit(ROWS_SEARCHED)
    .as("seen");
  const found = scope.tx.select().from(seen).where(foundOrLast(seen, ROWS_SEARCHED));
  const rows = await found.orderBy(desc(seen.id)).limit(limit + 1);
  const { items, nextCursor } = toSearchPage(rows, { limit, rowsSearched: ROWS_SEARCHED });
  return { items: items.map(toAccount), nextCursor };
}

type Listed = Omit<Account, "bannedUntil" | "createdAt"> & { banExpires: Date | null; createdAt: Date };

function toAccount({ banReason, banExpires, createdAt, ...row }: Listed): Account {
  return {
    ...row,
    banReason: row.banned ? banReason : null,
    bannedUntil: row.banned && banExpires ? banExpires.toISOString() : null,
    createdAt: createdAt.toISOString(),
  };
}

export async function setPlatformRole(scope: Scope, { id, role }: SetPlatformRole): Promise<ChangedAccount> {
  const { before, after } = await changeAccount(scope, id, { role });
  noteChange(scope, { before: { role: before.role }, after: { role: after.role } });
  return after;
}

/** A ban ends every session at once, in the same transaction. */
export async function banAccount(scope: Scope, { id, reason, until }: Ban): Promise<ChangedAccount> {
  if (until && Date.parse(until) <= Date.now())
    return badRequest("BAN_IS_OVER", "This ban would be over already. Choose a later time.");
  const banExpires = until ? new Date(until) : null;
  const { before, after } = await changeAccount(scope, id, { banned: true, banReason: reason, banExpires });
  await endSessions(scope, id);
  noteChange(scope, {
    before: { banned: before.banned, until: null, reason: null },
    after: { banned: after.banned, until: until ?? null, reason: written(reason) },
  });
  return after;
}

export async function unbanAccount(scope: Scope, id: string): Promise<ChangedAccount> {
  const { before, after } = await changeAccount(scope, id, {
    banned: false,
    banReason: null,
    banExpires: null,
  });
  noteChange(scope, { before: { banned: before.banned }, after: { banned: after.banned } });
  return after;
}

export async function revokeSessions(scope: Scope, id: string): Promise<{ id: string; ended: number }> {
  const [, ended] = await Promise.all([governed(scope, id), endSessions(scope, id)]);
  noteChange(scope, { before: { sessions: ended }, after: { sessions: 0 } });
  return { id, ended };
}

type Rights = Partial<Pick<typeof user.$inferInsert, "role" | "banned" | "banReason" | "banExpires">>;

async function changeAccount(scope: Scope, id: string, rights: Rights) {
  const [before, [after]] = await Promise.all([
    governed(scope, id),
    scope.tx
      .update(user)
      .set({ ...rights, updatedAt: sql`now()` })
      .where(and(eq(user.id, id), everywhere(scope)))
      .returning(changed),
  ]);
  return after ? { before, after } : outOfReach();
}

/**
 * Somebody whom the caller changes. Both rows are locked and read as the table has them now: of two admins who take the
 * role from each other at once, one does.
 */
async function governed(scope: Scope, id: string): Promise<ChangedAccount> {
  if (id === scope.userId)
    return conflict("OWN_ACCOUNT", "Your own rights are another admin's to change, so that one remains.");
  const rows = await scope.tx
    .select(changed)
    .from(user)
    .where(and(inArray(user.id, [id, scope.userId]), everywhere(scope)))
    .orderBy(user.id)
    .for("update");
  const [actor, target] = [scope.userId, id].map((one) => rows.find((row) => row.id === one));
  return target && actor?.role === "admin" && !actor.banned ? target : outOfReach();
}

/** No role of the guard's may touch sessions: a function of the database ends those of one person, for an admin. */
async function endSessions(scope: Scope, id: string): Promise<number> {
  const [row] = await scope.tx
    .select({ ended: sql<number>`end_sessions(${user.id})` })
    .from(user)
    .where(and(eq(user.id, id), everywhere(scope)));
  return row?.ended ?? 0;
}
