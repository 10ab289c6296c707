import type { Sql } from "@/db/client";

/** What every login and role of the application must not be able to do. */
const HARMLESS = "nosuperuser nobypassrls nocreatedb nocreaterole noreplication";

interface Login {
  name: string;
  password: string;
}

/** Reads the login out of a connection URL. Throws when the URL names none. */
export function loginOf(url: string): Login {
  const { username, password } = new URL(url);
  if (!username || !password) throw new Error("the connection URL names no user and password");
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/**
 * Makes the five roles and the two logins true: creates what is missing, takes away what is too much.
 * Needs a connection that may create roles.
 */
export async function ensureRoles(sql: Sql, app: Login, auth: Login): Promise<void> {
  if (auth.name !== "holdfast_auth") throw new Error("the login of DATABASE_AUTH_URL must be holdfast_auth");
  if (app.name.startsWith("holdfast_") && app.name !== "holdfast_app") {
    throw new Error(`the login of DATABASE_URL must not be the role ${app.name}; use holdfast_app`);
  }
  for (const role of ["holdfast_migrator", "holdfast_tenant", "holdfast_identity", "holdfast_security"]) {
    await ensureRole(sql, role, "nologin noinherit");
  }
  for (const login of [app, auth]) {
    await ensureRole(sql, login.name, "login noinherit", login.password);
    await boundPatience(sql, login.name);
  }
  await sql`grant holdfast_migrator to current_user`;
  await sql.unsafe(`grant holdfast_tenant, holdfast_identity, holdfast_security to ${quoted(app.name)}`);
  await grantDatabase(sql, app.name);
}

async function grantDatabase(sql: Sql, app: string): Promise<void> {
  const [row] = await sql<{ name: string }[]>`select current_database() as name`;
  const database = quoted(row?.name ?? "");
  await sql.unsafe(`
    revoke all on database ${database} from public;
    grant connect on database ${database} to ${quoted(app)}, holdfast_auth;
    grant connect, create on database ${database} to holdfast_migrator;
    revoke all on schema public from public;
    grant usage, create on schema public to holdfast_migrator;
    grant usage on schema public to holdfast_tenant, holdfast_identity, holdfast_security, holdfast_auth;
  `);
}

/**
 * On the role, not in the connection's start-up parameters: poolers refuse those. A statement or an idle transaction
 * that outlives these would hold locks, and hold the audit's order up.
 */
async function boundPatience(sql: Sql, login: string): Promise<void> {
  await sql.unsafe(`alter role ${quoted(login)} set statement_timeout = '15s'`);
  await sql.unsafe(`alter role ${quoted(login)} set idle_in_transaction_session_timeout = '30s'`);
}

async function ensureRole(sql: Sql, name: string, attributes: string, password?: string): Promise<void> {
  const secret = password === undefined ? "" : ` password ${await literal(sql, password)}`;
  const found = await sql`select 1 from pg_roles where rolname = ${name}`;
  if (found.length === 0) {
    // Two databases of one server may come here at once; roles belong to the server.
    await sql
      .unsafe(`create role ${quoted(name)} ${HARMLESS} ${attributes}${secret}`)
      .catch((error: { code?: string }) => {
        if (error.code !== "42710" && error.code !== "23505") throw error;
      });
    return;
  }
  const [role] = await sql`
    select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit as wide
    from pg_roles where rolname = ${name}`;
  if (role?.wide || secret)
    await sql.unsafe(`alter role ${quoted(name)} ${role?.wide ? `${HARMLESS} noinherit` : ""}${secret}`);
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function literal(sql: Sql, value: string): Promise<string> {
  const [row] = await sql<{ text: string }[]>`select quote_literal(${value}) as text`;
  return row?.text ?? "''";
}
