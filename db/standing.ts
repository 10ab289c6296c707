import type { Sql } from "@/db/client";

/**
 * What is wrong with a login that the application is about to use; empty when nothing is. A login that could bypass
 * row-level security would take the second wall down without a sound.
 */
export async function faultsOfLogin(sql: Sql, variable: string): Promise<string[]> {
  const [role] = await sql<Standing[]>`
    select rolname as name, rolsuper as super, rolbypassrls as bypass, rolcreaterole or rolcreatedb as creates,
      exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = 'public' and c.relkind in ('r', 'p') and pg_has_role(c.relowner, 'usage')) as owns,
      pg_has_role('pg_write_all_data', 'usage') or pg_has_role('pg_read_all_data', 'usage') as all_data
    from pg_roles where rolname = current_user`;
  if (!role) return [`${variable} names a login that the server does not list.`];
  const mend = "create a login without rights by npm run db:migrate, and name it there";
  const faults: string[] = [];
  if (role.super)
    faults.push(
      `${variable} names the superuser ${role.name}, whom row-level security does not bind; ${mend}.`,
    );
  else if (role.bypass)
    faults.push(`${variable} names ${role.name}, who may bypass row-level security; ${mend}.`);
  else if (role.owns) faults.push(`${variable} names ${role.name}, who owns the tables; ${mend}.`);
  else if (role.creates || role.all_data)
    faults.push(`${variable} names ${role.name}, who has rights over the whole server; ${mend}.`);
  return faults;
}

interface Standing {
  name: string;
  super: boolean;
  bypass: boolean;
  creates: boolean;
  owns: boolean;
  all_data: boolean;
}

/** Whether the application's login may take on the roles that it works under. */
export async function lacksRoles(sql: Sql): Promise<boolean> {
  const [row] = await sql`
    select count(*) < 3 as lacks from pg_roles
    where rolname in ('holdfast_tenant', 'holdfast_identity', 'holdfast_security') and pg_has_role(oid, 'member')`;
  return Boolean(row?.lacks);
}
