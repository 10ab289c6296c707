import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { MAY } from "@/tests/support/grants";
import { type House, openHouse } from "@/tests/support/house";

const CONTENT = ["project", "task", "document"];
const TENANT_TABLES = [
  ...CONTENT,
  "document_version",
  "idempotency_record",
  "task_change",
  ...["apikey", "service_account"],
];

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const tables = async () =>
  (
    await house.admin<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'drizzle')`
  ).map(({ name }) => name);
const code = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => "it worked",
    (error: { code: string }) => error.code,
  );

describe("the application's logins", () => {
  it("can not read or write a table before they take a role on", async () => {
    const login = postgres(house.database.appUrl, { max: 1 });
    expect((await tables()).length).toBeGreaterThan(12);
    for (const table of await tables()) {
      for (const statement of ["select 1 from", "delete from", "truncate", "insert into"]) {
        const text = `${statement} ${table}${statement.startsWith("insert") ? " default values" : ""}`;
        expect([text, await code(login.unsafe(text))]).toEqual([text, "42501"]);
      }
    }
    for (const statement of ["create table public.mine (id int)", "create schema mine", "create role mine"])
      expect([statement, await code(login.unsafe(statement))]).not.toEqual([statement, "it worked"]);
    await login.end({ timeout: 5 });
  });

  it("are the only ones who may connect, and nobody may make temporary tables", async () => {
    // Copies of a database do not keep its grants, so the migrated one itself is looked at.
    const name = new URL(inject("templateDatabase").adminUrl).pathname.slice(1);
    const granted = await house.admin<{ line: string }[]>`
      select coalesce(r.rolname, 'everybody') || ' ' || lower(a.privilege_type) as line
      from pg_database d, aclexplode(d.datacl) a left join pg_roles r on r.oid = a.grantee
      where d.datname = ${name} and r.rolsuper is not true order by line`;
    expect(granted.map(({ line }) => line)).toEqual([
      "holdfast_app connect",
      "holdfast_auth connect",
      "holdfast_migrator connect",
      "holdfast_migrator create",
    ]);
  });

  it.each([
    ["holdfast_app", ["holdfast_identity", "holdfast_security", "holdfast_tenant"]],
    ["holdfast_auth", []],
  ])("%s may become these and no other", async (name, roles) => {
    const rows = await house.admin<{ rolname: string }[]>`
      select rolname from pg_roles where rolname <> ${name} and pg_has_role(${name}, oid, 'member') order by rolname`;
    expect(rows.map(({ rolname }) => rolname)).toEqual(roles);
    const login = postgres(name === "holdfast_app" ? house.database.appUrl : house.database.authUrl, {
      max: 1,
    });
    for (const other of ["holdfast_migrator", "postgres", "pg_read_all_data"])
      expect(await code(login.unsafe(`set role ${other}`))).toBe("42501");
    await login.end({ timeout: 5 });
  });

  it("and every role of ours have no attribute that widens them", async () => {
    const wide = await house.admin`
      select rolname from pg_roles where rolname like 'holdfast%' and
        (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit)`;
    expect(wide).toEqual([]);
    const owned = await house.admin`
      select relname from pg_class where relowner in (select oid from pg_roles where rolname in ${house.admin(Object.keys(MAY))})`;
    expect(owned).toEqual([]);
  });
});

describe("privileges", () => {
  it.each(Object.entries(MAY))("of %s are those of the table above", async (role, expected) => {
    const whole = await house.admin<{ line: string }[]>`
      select c.relname || ' ' || string_agg(p, ' ' order by p) as line
      from pg_class c, unnest(array['select','insert','update','delete','truncate','references','trigger']) p
      where c.relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
        and has_table_privilege(${role}, c.oid, p) group by c.relname`;
    const columns = await house.admin<{ line: string }[]>`
      select c.relname || ' ' || p || '(' || string_agg(a.attname, ' ' order by a.attname) || ')' as line
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped,
        unnest(array['select','insert','update','references']) p
      where c.relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
        and has_column_privilege(${role}, c.oid, a.attnum, p) and not has_table_privilege(${role}, c.oid, p)
      group by c.relname, p`;
    expect([...whole, ...columns].map(({ line }) => line).sort()).toEqual(expected);
  });

  it("let the tenant role move no row to another workspace or owner", async () => {
    const login = postgres(house.database.appUrl, { max: 1 });
    for (const table of TENANT_TABLES) {
      for (const column of ["workspace_id", "owner_id"]) {
        const attempt = login.begin(async (sql) => {
          await sql`select set_config('role', 'holdfast_tenant', true)`;
          await sql.unsafe(`update ${table} set ${column} = ${column}`);
        });
        expect([table, column, await code(attempt)]).toEqual([table, column, "42501"]);
      }
    }
    await login.end({ timeout: 5 });
  });
});

describe("row-level security", () => {
  it("is forced on every tenant table, and on every table of people and of audit", async () => {
    const rows = await house.admin<{ relname: string }[]>`
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and relrowsecurity and relforcerowsecurity order by relname`;
    expect(rows.map(({ relname }) => relname)).toEqual([
      "alert",
      "alert_letter",
      "apikey",
      "audit_detail",
      "audit_event",
      "audit_seal",
      "document",
      "document_version",
      "idempotency_record",
      "invitation",
      "member",
      "organization",
      "project",
      "service_account",
      "session",
      "task",
      "task_change",
      "user",
    ]);
    const tenant = await house.admin<{ relname: string }[]>`
      select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'workspace_id' and a.attnotnull
      order by c.relname`;
    expect(tenant.map(({ relname }) => relname)).toEqual(TENANT_TABLES.toSorted());
  });

  it("has no policy that looks into another table, and none that its functions look into", async () => {
    const looks = await house.admin`
      select p.polname, d.refobjid::regclass::text as table from pg_policy p
      join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
      where d.refclassid = 'pg_class'::regclass and d.refobjid <> p.polrelid`;
    expect(looks).toEqual([]);
    const bodies = await house.admin<{ proname: string; body: string }[]>`
      select distinct f.proname, pg_get_functiondef(f.oid) as body from pg_policy p
      join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_proc'::regclass
      join pg_proc f on f.oid = d.refobjid where f.pronamespace = 'public'::regnamespace order by f.proname`;
    expect(bodies.map(({ proname }) => proname)).toEqual([
      "app_departed",
      "app_erased",
      "app_is_service",
      "app_reaches_any",
      "app_retained_seal",
      "app_retained_xid",
      "app_user",
      "app_workspace",
      "app_workspaces",
    ]);
    for (const { body } of bodies) expect(body).not.toMatch(/\bfrom\b/i);
  });

  it("is served by indexes that begin with the workspace", async () => {
    // Of these none but the sweep of what has expired, for which all workspaces are one; and keys are found by digest.
    const others = await house.admin`
      select i.indexrelid::regclass::text as index from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid::regclass::text in ${house.admin(TENANT_TABLES)} and a.attname <> 'workspace_id' order by 1`;
    expect(others.map(({ index }) => index)).toEqual([
      "apikey_digest",
      "idempotency_record_age",
      "task_change_age",
    ]);
  });
});
