import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import { connect, type Sql } from "@/db/client";
import { ensureRoles, loginOf } from "@/db/roles";

/** One lock for all that changes the schema; the number is arbitrary, and the same in every release. */
const MIGRATION_LOCK = 7_130_221;
/** Below the root of the repository, where every command starts. */
const MIGRATIONS = join(process.cwd(), "drizzle");

interface MigrateOptions {
  /** A login that may create roles; the schema itself will belong to holdfast_migrator. */
  adminUrl: string;
  appUrl: string;
  authUrl: string;
  report(line: string): void;
}

/** Makes roles and schema true, under an advisory lock: any number of processes may call it at once. */
export async function migrate({ adminUrl, appUrl, authUrl, report }: MigrateOptions): Promise<void> {
  const sql = connect(adminUrl, { max: 1, prepare: false });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    const before = await appliedMigrations(sql);
    await ensureRoles(sql, loginOf(appUrl), loginOf(authUrl));
    await sql`set role holdfast_migrator`;
    await applyMigrations(drizzle(sql), { migrationsFolder: MIGRATIONS });
    await sql`reset role`;
    const applied = (await appliedMigrations(sql)) - before;
    if (applied > 0) report(`${applied} migration${applied === 1 ? "" : "s"} applied`);
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** How many migrations this build has that the database lacks. `sql` must be able to read the journal. */
export async function pendingMigrations(sql: Sql): Promise<number> {
  const journal: { entries: unknown[] } = JSON.parse(
    await readFile(`${MIGRATIONS}/meta/_journal.json`, "utf8"),
  );
  return journal.entries.length - (await appliedMigrations(sql));
}

async function appliedMigrations(sql: Sql): Promise<number> {
  const [found] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as journal`;
  if (!found?.journal) return 0;
  const [row] = await sql<
    { count: number }[]
  >`select count(*)::int as count from drizzle.__drizzle_migrations`;
  return row?.count ?? 0;
}
