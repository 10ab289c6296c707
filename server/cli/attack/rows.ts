import type { Sql } from "@/db/client";

/** Columns that say whose a row is, the surest first. */
const OWNERS = ["owner_id", "user_id", "inviter_id", "created_by"];

/** Columns that say in which workspace it is. */
const PLACES = ["workspace_id", "organization_id"];

/** A row of a noun's table that belongs to a person; undefined where there is no such table or row. */
export async function rowOf(
  sql: Sql,
  noun: string,
  userId: string,
  workspace: string,
): Promise<string | undefined> {
  const { table, names } = await tableOf(sql, noun);
  const owner = OWNERS.find((name) => names.includes(name));
  if (!owner || !names.includes("id")) return undefined;
  const place = PLACES.find((name) => names.includes(name));
  const [row] = await sql<{ id: string }[]>`
    select id::text from ${sql(table)} where ${sql(owner)} = ${userId}
      ${place ? sql`and ${sql(place)} = ${workspace}` : sql``} limit 1`;
  return row?.id;
}

/** A row of a noun whose rows are nobody's own; undefined where there is no such table or row. */
export async function rowOfNobody(sql: Sql, noun: string): Promise<string | undefined> {
  const { table, names } = await tableOf(sql, noun);
  if (table === "user" || !names.includes("id") || OWNERS.some((name) => names.includes(name)))
    return undefined;
  const [row] = await sql<{ id: string }[]>`select id::text from ${sql(table)} order by id limit 1`;
  return row?.id;
}

async function tableOf(sql: Sql, noun: string): Promise<{ table: string; names: string[] }> {
  const table = noun.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const columns = await sql<{ name: string }[]>`
    select a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relname = ${table} and c.relkind = 'r' and a.attnum > 0`;
  return { table, names: columns.map(({ name }) => name) };
}
