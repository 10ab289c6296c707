import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { v7 } from "uuid";
import { type Env, readEnv } from "@/server/env";
import { createContext } from "@/server/http/context";
import { handleTrpc } from "@/server/http/trpc";
import { currentSecret } from "@/server/platform/secrets/versions";
import { appRouter } from "@/server/router";
import { createRuntime, type Runtime } from "@/server/runtime";
import { type ScratchDatabase, scratchDatabase } from "@/tests/support/database";
import { settling } from "@/tests/support/settling";
import { readStream } from "@/tests/support/stream";

export type Caller = ReturnType<typeof appRouter.createCaller>;

export interface Person {
  userId: string;
  workspaceId: string;
  email: string;
  cookie: string;
  /** Calls procedures as this person, in the personal workspace or the named one. */
  in(workspaceId?: string): Caller;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The body as sent, request id blanked: what a caller could compare. */
  text: string;
  body: {
    result?: { data: unknown };
    error?: { data: { code: string; reason?: string; id?: string; issues?: unknown[] } };
  };
}

/** The product on a scratch database, without sockets: the same composition root, guard and walls. */
export interface House {
  runtime: Runtime;
  database: ScratchDatabase;
  /** A superuser's connection, to look behind the walls. */
  admin: postgres.Sql;
  person(options?: { role?: string }): Promise<Person>;
  /** Makes a person a member of another's workspace. */
  join(person: Person, workspaceId: string, role: string): Promise<void>;
  /** One tRPC call as it comes over HTTP. */
  call(
    person: Person | null,
    path: string,
    input?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

type Changes = Partial<Env> | ((database: ScratchDatabase) => Partial<Env>);

export async function openHouse(changes: Changes = {}): Promise<House> {
  return openHouseOn(await scratchDatabase(), changes);
}

/** The product on a migrated database, which is dropped when it closes. */
export async function openHouseOn(database: ScratchDatabase, changes: Changes = {}): Promise<House> {
  const changed = typeof changes === "function" ? changes(database) : changes;
  const runtime = await createRuntime({ ...envFor(database), ...changed });
  const connection = postgres(database.adminUrl, { max: 2, onnotice: () => {} });
  const admin = settling(connection, () => runtime.settleAccess());
  return {
    runtime,
    database,
    admin,
    person: (options) => addPerson(runtime, admin, options),
    join: async (person, workspaceId, role) => {
      await admin`insert into member (id, organization_id, user_id, role) values (${v7()}, ${workspaceId}, ${person.userId}, ${role})`;
    },
    call: (person, path, input, headers) => callOverHttp(runtime, { person, path, input, headers }),
    close: async () => {
      await runtime.close();
      await connection.end({ timeout: 5 });
      await database.drop();
    },
  };
}

/** A test that is not about budgets meets none. */
const PLENTY = ["floor", "auth", "read", "write", "sensitive", "export", "service"]
  .map((name) => `${name}=1000000/1m`)
  .join();

function envFor(database: ScratchDatabase): Env {
  const env = readEnv({
    HOLDFAST_MODE: "development",
    DATABASE_URL: database.appUrl,
    HOLDFAST_DATA_DIR: mkdtempSync(join(tmpdir(), "holdfast-house-")),
    HOLDFAST_LIMITS: PLENTY,
  });
  // Nobody rotates the secrets of a test behind its back.
  const secretSource = { ...env.secretSource, every: null };
  return { ...env, secretSource, database: { url: database.appUrl, authUrl: database.authUrl } };
}

/** A person with a session, made behind the walls: hashing a password for each would cost more than the test. */
async function addPerson(runtime: Runtime, admin: postgres.Sql, { role = "user" } = {}): Promise<Person> {
  const userId = v7();
  const token = randomBytes(24).toString("base64url");
  const email = `${userId}@example.com`;
  await admin`insert into "user" (id, name, email, role) values (${userId}, 'A person', ${email}, ${role})`;
  await admin`insert into session (id, token, user_id, expires_at) values (${v7()}, ${token}, ${userId}, now() + interval '1 day')`;
  const [home] = await admin<
    { id: string }[]
  >`select id from organization where personal_user_id = ${userId}`;
  if (!home) throw new Error("the trigger made no workspace");
  const signature = createHmac("sha256", currentSecret(runtime.secrets.auth()))
    .update(token)
    .digest("base64");
  const cookie = `holdfast.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
  return {
    userId,
    email,
    workspaceId: home.id,
    cookie,
    in: (workspaceId) =>
      appRouter.createCaller(
        createContext(runtime, { headers: new Headers({ cookie }), workspaceId: workspaceId ?? null }),
      ),
  };
}

interface Call {
  person: Person | null;
  path: string;
  input?: unknown;
  headers?: Record<string, string> | undefined;
}

/** One tRPC call as it comes over HTTP; `handle` may be that of another build of the product. */
export async function callOverHttp(
  runtime: Runtime,
  { person, path, input, headers }: Call,
  handle: typeof handleTrpc = handleTrpc,
): Promise<Answer> {
  const url = new URL(`/api/trpc/${path}`, runtime.env.baseUrl);
  const isQuery = procedureType(path) !== "mutation";
  const gone = new AbortController();
  if (isQuery && input !== undefined) url.searchParams.set("input", JSON.stringify(input));
  const response = await handle(
    runtime,
    new Request(url, {
      method: isQuery ? "GET" : "POST",
      headers: { ...(person && { cookie: person.cookie }), "content-type": "application/json", ...headers },
      ...(!isQuery && { body: JSON.stringify(input ?? {}) }),
      signal: gone.signal,
    }),
  );
  const text = await textOf(response, () => gone.abort());
  return {
    status: response.status,
    headers: response.headers,
    text: text.replace(/"requestId":"[^"]*"/, '"requestId":""'),
    body: JSON.parse(text),
  };
}

/** Of a stream the first event, in the form of an answer; then the caller goes away. */
async function textOf(response: Response, leave: () => void): Promise<string> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return response.text();
  const stream = await readStream(response, leave);
  const { data } = await stream.change();
  stream.close();
  return JSON.stringify({ result: { data } });
}

export function procedureType(path: string): string {
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
  return procedures[path]?._def.type ?? "query";
}
