import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import type { TemplateDatabase } from "@/tests/support/global-setup";

export interface ScratchDatabase extends TemplateDatabase {
  /** Removes the database, with whatever is still connected to it. */
  drop(): Promise<void>;
}

/**
 * A migrated database of one's own, empty of rows: a copy of the template, in about a tenth of a second.
 * Roles and their passwords belong to the server and are the same in every copy.
 */
export async function scratchDatabase(): Promise<ScratchDatabase> {
  const template = inject("templateDatabase");
  const name = `scratch_${randomBytes(8).toString("hex")}`;
  const source = new URL(template.adminUrl).pathname.slice(1);
  await onServer(template, (sql) => sql`create database ${sql(name)} template ${sql(source)}`);
  return {
    adminUrl: pointAt(template.adminUrl, name),
    appUrl: pointAt(template.appUrl, name),
    authUrl: pointAt(template.authUrl, name),
    drop: () => onServer(template, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
}

/** Runs a statement on the database `postgres`: the template must have no connection while it is copied. */
async function onServer(
  template: TemplateDatabase,
  run: (sql: postgres.Sql) => PromiseLike<unknown>,
): Promise<void> {
  const sql = postgres(pointAt(template.adminUrl, "postgres"), {
    max: 1,
    fetch_types: false,
    onnotice: () => {},
  });
  try {
    await run(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function pointAt(url: string, database: string): string {
  const pointed = new URL(url);
  pointed.pathname = `/${database}`;
  return pointed.href;
}
