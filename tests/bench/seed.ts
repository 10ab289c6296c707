import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashPassword } from "better-auth/crypto";
import postgres from "postgres";
import { startEmbedded } from "@/db/embedded";
import { migrate } from "@/db/migrate";
import { type MadeKey, makeKey } from "@/server/identity/keys/form";
import { permissionsText } from "@/server/identity/keys/scopes";
import { moveTo, OTHER_CORE } from "@/tests/bench/cores";
import { PEER_TABLES } from "@/tests/bench/seed-peers";

export const OWNERS = 1_000;
const TASKS_EACH = 100;
/** Owners who call, in rotation. */
const CALLERS = 64;
/** What a caller lists at once. */
export const LISTED = 20;
export const PASSWORD = "correct zebra staple 47";

export interface Caller {
  id: string;
  email: string;
  /** Of a session in the tables of Holdfast and in those of the peers; unsigned. */
  sessionToken: string;
  apiKey: string;
}

/** A task as callers make it, as long as those that are there. */
export const NEW_TASK = {
  title: "Ask the suppliers for their new prices",
  description: "Two of the three answered in spring. ".repeat(4).trim(),
};

export interface Bench {
  folder: string;
  callers: Caller[];
  /** For cookies and tokens, of every server alike. */
  secret: string;
  urls: { app: string; auth: string; peers: string; admin: string };
  databasePid: number;
  /** A new folder or file in the folder of this run. */
  place(name: string): string;
  close(): Promise<void>;
}

interface Crowd {
  tasksEach?: number;
  /** Of PostgreSQL, beside those of the product. */
  settings?: Record<string, string>;
}

/** PostgreSQL with 1,000 owners in personal workspaces and 100 tasks each: in Holdfast's tables, and in those of the peers. */
export async function openBench(
  report: (line: string) => void,
  { tasksEach = TASKS_EACH, settings = {} }: Crowd = {},
): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
  await chmod(folder, 0o711);
  const database = await startEmbedded({
    dataDir: join(folder, "database"),
    report,
    settings: { max_connections: "200", ...settings },
  });
  const close = async () => {
    await database.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const databasePid = Number(
      readFileSync(join(folder, "database/postgres/postmaster.pid"), "utf8").split("\n")[0],
    );
    moveTo(OTHER_CORE, databasePid);
    const admin = database.url("postgres");
    const [app, auth] = [database.url("holdfast_app"), database.url("holdfast_auth")];
    await migrate({ adminUrl: admin, appUrl: app, authUrl: auth, report: () => {} });
    const password = randomBytes(16).toString("hex");
    const callers = await seed(admin, password, tasksEach);
    const peers = new URL(admin);
    peers.username = "bench";
    peers.password = password;
    return {
      folder,
      callers,
      secret: randomBytes(32).toString("base64"),
      urls: { app, auth, peers: peers.href, admin },
      databasePid,
      place: (name) => join(folder, name),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A cookie's value as Better Auth signs it. */
export function signedCookie(token: string, secret: string): string {
  return encodeURIComponent(`${token}.${createHmac("sha256", secret).update(token).digest("base64")}`);
}

/** Decimal digits that are hexadecimal ones too: pgbench can write them. */
export const ownerId = (number: number) => `019a0000-0000-7000-8000-${String(number).padStart(12, "0")}`;

async function seed(adminUrl: string, password: string, tasksEach: number): Promise<Caller[]> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const made = Array.from({ length: CALLERS }, (_, index) => makeCaller(index + 1));
    await seedPeople(sql, made);
    await seedTasks(sql, tasksEach);
    await sql.unsafe(PEER_TABLES.replace("PASSWORD", password));
    await sql.unsafe("vacuum analyze");
    await sql.unsafe("checkpoint");
    return made.map(({ caller }) => caller);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function makeCaller(number: number): { caller: Caller; key: MadeKey } {
  const key = makeKey();
  const sessionToken = randomBytes(24).toString("base64url");
  const email = `owner-${number}@bench.example`;
  return { caller: { id: ownerId(number), email, sessionToken, apiKey: key.key }, key };
}

/** The triggers make the workspaces and the memberships. One hash for all: each costs 50 ms. */
async function seedPeople(sql: postgres.Sql, made: { caller: Caller; key: MadeKey }[]): Promise<void> {
  const hash = await hashPassword(PASSWORD);
  await sql`
    insert into "user" (id, name, email, email_verified)
    select ('019a0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Owner ' || n,
      'owner-' || n || '@bench.example', true
    from generate_series(1, ${OWNERS}) n`;
  for (const { caller, key } of made) {
    await sql`
      insert into account (id, account_id, provider_id, user_id, password)
      values (uuidv7(), ${caller.id}, 'credential', ${caller.id}, ${hash})`;
    await sql`
      insert into session (id, token, user_id, expires_at)
      values (uuidv7(), ${caller.sessionToken}, ${caller.id}, now() + interval '7 days')`;
    await sql`
      insert into apikey (id, name, reference_id, owner_id, workspace_id, key, start, prefix, permissions, expires_at)
      select uuidv7(), 'Bench', ${caller.id}, ${caller.id}, o.id, ${key.digest}, ${key.start}, 'hf_',
        ${permissionsText(["task:read", "task:create"])}, now() + interval '30 days'
      from organization o where o.personal_user_id = ${caller.id}`;
  }
}

/** By turns, as they come about; without the triggers, which would announce each of them. */
async function seedTasks(sql: postgres.Sql, tasksEach: number): Promise<void> {
  await sql`set session_replication_role = replica`;
  await sql`
    insert into task (id, workspace_id, owner_id, assignee_id, title, description, status, priority, due_at, position)
    select uuidv7(), o.id, o.personal_user_id, o.personal_user_id,
      'Task ' || lpad(n::text, 4, '0') || ': look at the figures again',
      'What was agreed on Tuesday, in as many words as people use for such things. '
        || 'Ask for the missing page, and write down what comes of it.',
      (array['todo', 'in_progress', 'done'])[1 + n % 3], (array['low', 'normal', 'high', 'urgent'])[1 + n % 4],
      case when n % 2 = 0 then now() + n * interval '1 hour' end, 'a0' || lpad(n::text, 6, '0') || 'V'
    from generate_series(1, ${tasksEach}) n cross join organization o`;
  await sql`set session_replication_role = origin`;
}
