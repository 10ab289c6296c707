import type { Sql } from "@/db/client";

/**
 * What is wrong with a login that the application is about to use; empty when nothing is. A login that could bypass
 * row-level security would take the second wall down without a sound.
 */
export async function faultsOfLogin(sql: Sql, variable: string): Promise<string[]> {
  // Whatever it may become by SET ROLE counts, inherited or not.
  const [role] = await sql<Standing[]>`
    select current_user as name, bool_or(rolsuper) as super, bool_or(rolbypassrls) as bypass,
      bool_or(rolcreaterole or rolcreatedb) as creates,
      bool_or(oid in (select relowner from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')))
        as owns,
      bool_or(rolname in ('pg_read_all_data', 'pg_write_all_data')) as all_data
    from pg_roles where pg_has_role(oid, 'member')`;
  if (!role) return [`${variable} names a login that the server does not list.`];
  const mend = "create a login without rights by npm run db:migrate, and name it there";
  const faults: string[] = [];
  if (role.super)
    faults.push(
      `${variable} names ${role.name}, who is a superuser or may become one, whom row-level security does not bind; ${mend}.`,
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
