import postgres from "postgres";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRows, fingerprint, type Rows } from "@/tests/isolation/inputs";
import { type House, openHouse, type Person } from "@/tests/support/house";

const TABLES = ["project", "task", "document", "document_version"] as const;

let house: House;
let login: postgres.Sql;
let caller: Person;
let other: Person;
let own: Rows;
let foreign: Rows;
beforeAll(async () => {
  house = await openHouse();
  login = postgres(house.database.appUrl, { max: 1, onnotice: () => {} });
  caller = await house.person();
  other = await house.person();
  own = await addRows(house, caller, caller.workspaceId, "own");
  foreign = await addRows(house, other, other.workspaceId, "foreign");
});
afterAll(async () => {
  await login.end({ timeout: 5 });
  await house.close();
});

interface Settings {
  workspace?: string;
  user?: string;
  reach?: string;
}

class Undone extends Error {
  constructor(readonly rows: number) {
    super("undone");
  }
}

/** As the tenant role with these settings, past every query of ours: rows touched or SQLSTATE; undone in any case. */
async function attempt(
  settings: Settings,
  statement: (sql: postgres.TransactionSql) => Promise<postgres.RowList<postgres.Row[]>>,
) {
  const { workspace = "", user = "", reach = "" } = settings;
  return login
    .begin(async (sql) => {
      await sql`select set_config('role', 'holdfast_tenant', true), set_config('app.workspace_id', ${workspace}, true),
        set_config('app.user_id', ${user}, true), set_config('app.reach', ${reach}, true)`;
      throw new Undone((await statement(sql)).count);
    })
    .catch((error: Undone | { code: string }) => (error instanceof Undone ? error.rows : error.code));
}

/** A whole row of a table, in a workspace and of an owner. */
function rowOf(table: (typeof TABLES)[number], workspace_id: string, owner_id: string) {
  const row = { workspace_id, owner_id };
  if (table === "project") return { ...row, id: v7(), name: "x" };
  if (table !== "document_version") return { ...row, id: v7(), title: "x" };
  const document_id = workspace_id === foreign.workspace ? foreign.document : own.document;
  return { ...row, document_id, version: 99, author_id: owner_id, title: "x", body: "x" };
}

const whole = (): Settings => ({ workspace: own.workspace, user: caller.userId, reach: "any" });

describe.each(TABLES)("the second wall around %s", (table) => {
  const insert = (settings: Settings, workspace: string, owner: string) =>
    attempt(settings, (sql) => sql`insert into ${sql(table)} ${sql(rowOf(table, workspace, owner))}`);

  it("takes rows of one's own into one's own workspace", async () => {
    expect(await insert({ ...whole(), reach: "own" }, own.workspace, caller.userId)).toBe(1);
    expect(await insert(whole(), own.workspace, other.userId)).toBe(1);
  });

  it("takes none into another workspace, and none of another owner where the grant is for one's own", async () => {
    expect(await insert(whole(), foreign.workspace, caller.userId)).toBe("42501");
    expect(await insert(whole(), foreign.workspace, other.userId)).toBe("42501");
    expect(await insert({ ...whole(), reach: "own" }, own.workspace, other.userId)).toBe("42501");
  });

  it.each([
    ["no setting at all", () => ({})],
    ["no workspace", () => ({ user: caller.userId, reach: "any" })],
    ["a reach that is neither", () => ({ workspace: own.workspace, reach: "all" })],
    ["no user, for one's own", () => ({ workspace: own.workspace, reach: "own" })],
  ])("with %s shows and takes nothing", async (_, settings) => {
    expect(await attempt(settings(), (sql) => sql`select 1 from ${sql(table)}`)).toBe(0);
    expect(await insert(settings(), own.workspace, caller.userId)).toBe("42501");
  });

  it("shows, changes and deletes rows of the workspace only", async () => {
    const [all] = await house.admin<{ rows: number }[]>`
      select count(*)::int as rows from ${house.admin(table)} where workspace_id = ${own.workspace}`;
    expect(all?.rows).toBeGreaterThan(0);
    expect(await attempt(whole(), (sql) => sql`select 1 from ${sql(table)}`)).toBe(all?.rows);
    const stranger = { ...whole(), user: other.userId, reach: "own" };
    expect(await attempt(stranger, (sql) => sql`select 1 from ${sql(table)}`)).toBe(0);
    const before = await fingerprint(house, foreign.workspace);
    if (table === "document_version") {
      expect(await attempt(whole(), (sql) => sql`delete from document_version`)).toBe("42501");
      expect(await attempt(whole(), (sql) => sql`update document_version set body = 'x'`)).toBe("42501");
    } else {
      expect(await attempt(whole(), (sql) => sql`update ${sql(table)} set version = 7`)).toBe(all?.rows);
      expect(await attempt(whole(), (sql) => sql`delete from ${sql(table)}`)).toBe(all?.rows);
      expect(await attempt(stranger, (sql) => sql`delete from ${sql(table)}`)).toBe(0);
    }
    expect(await fingerprint(house, foreign.workspace)).toBe(before);
  });
});
