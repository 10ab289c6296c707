import { randomBytes } from "node:crypto";
import { ensureBuild } from "@/server/cli/build.mjs";
import { V8_FLAGS } from "@/server/cli/v8-flags.mjs";
import { makeKey } from "@/server/identity/keys/form";
import { badTokens } from "@/tests/bench/peers/holdfast-tokens";
import { type Ask, alternating, type Line, type Peer, type Running } from "@/tests/bench/peers/peer";
import { type Bench, type Caller, LISTED, NEW_TASK, PASSWORD, signedCookie } from "@/tests/bench/seed";
import { freePort, send, serve } from "@/tests/bench/serve";
import { hasRedis, startRedis } from "@/tests/support/redis";

const COUNT = 999_999_999;
/** No budget refuses; all are counted. */
const LIMITS = ["floor", "auth", "read", "write", "sensitive", "export", "service"]
  .map((name) => `${name}=${COUNT}/1m`)
  .join();
const AUDIT_KEY = randomBytes(32).toString("base64");

export const holdfast: Peer = holdfastWith([]);

/** @param flags Of Node, for a look at what it does. */
export function holdfastWith(flags: readonly string[]): Peer {
  return {
    key: "a",
    title: "Holdfast",
    prepare: () => ensureBuild(),
    start: async (bench) => {
      const { site, running } = await open(bench, () => [process.execPath, ...flags, "server/cli/start.mjs"]);
      return { ...running, lines: linesOf(site) };
    },
  };
}

/** The server alone, from a file that was built another way; as server/cli/start.mjs runs it. */
export function holdfastAt(key: string, title: string, file: string): Peer {
  const flags = [...V8_FLAGS, "--enable-source-maps"];
  return {
    key,
    title,
    start: async (bench) => {
      const { site, running } = await open(bench, () => [process.execPath, ...flags, file]);
      return { ...running, lines: linesOf(site) };
    },
  };
}

/** As production runs it, where processes share their budgets: each call asks Redis first. */
export const holdfastOverRedis: Peer = {
  key: "r",
  title: "Holdfast, budgets in Redis",
  missing: () => (hasRedis() ? undefined : "install redis-server"),
  prepare: () => ensureBuild(),
  start: async (bench) => {
    // On the core of the bench, which starts it.
    const redis = await startRedis();
    const command = () => [process.execPath, "server/cli/start.mjs"];
    const { site, running } = await open(bench, command, { REDIS_URL: redis.url }).catch(async (error) => {
      await redis.kill();
      throw error;
    });
    const stop = async () => {
      await running.stop();
      await redis.kill();
    };
    const lines = linesOf(site).filter(({ work, way }) => work !== "sign-in" && !/^(API key|REST)/.test(way));
    return { ...running, stop, lines };
  },
};

export const holdfastInNext: Peer = {
  key: "b",
  title: "Holdfast, its Next route handlers",
  prepare: () => ensureBuild(),
  start: async (bench) => {
    const { site, running } = await open(bench, (port) => [
      ...[process.execPath, "node_modules/next/dist/bin/next", "start"],
      ...["-H", "127.0.0.1", "-p", String(port)],
    ]);
    const lines = linesOf(site).filter(({ work, way }) => work === "list" && way !== "API key");
    return { ...running, lines };
  },
};

export interface Site {
  bench: Bench;
  url: string;
}

export type Credential = Record<string, string>;

/**
 * The server as it is shipped; plain http on this machine is for development mode alone.
 * @param changed Goes over its environment.
 */
export async function open(
  bench: Bench,
  command: (port: number) => string[],
  changed: Record<string, string> = {},
): Promise<{ site: Site; running: Omit<Running, "lines"> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const site = { bench, url };
  const [first] = bench.callers.map((caller) => list(caller, cookieOf(bench, caller)));
  if (!first) throw new Error("nobody calls");
  const served = await serve({
    command: command(port),
    env: {
      HOLDFAST_MODE: "development",
      PORT: String(port),
      DATABASE_URL: bench.urls.app,
      DATABASE_AUTH_URL: bench.urls.auth,
      HOLDFAST_DATA_DIR: bench.place(`house-${port}`),
      HOLDFAST_LIMITS: LIMITS,
      BETTER_AUTH_SECRET: bench.secret,
      BETTER_AUTH_URL: url,
      AUDIT_KEY,
      ...changed,
    },
    log: bench.place(`holdfast-${port}.log`),
    url,
    first,
  });
  return { site, running: { ...served, ownersOf } };
}

function linesOf(site: Site): Line[] {
  const { bench } = site;
  const { callers } = bench;
  const each = (ask: (caller: Caller) => Ask) => async () => callers.map(ask);
  const byToken = (ask: (caller: Caller, token: Credential) => Ask) => async () => {
    const tokens = await tokensOf(site);
    return callers.map((caller, index) => ask(caller, bearer(tokens[index] ?? "")));
  };
  const withCookie = (ask: (caller: Caller, cookie: Credential) => Ask) =>
    each((caller) => ask(caller, cookieOf(bench, caller)));
  const refused = (credentials: () => Promise<Credential[]> | Credential[]) => async () =>
    (await credentials()).map((headers): Ask => ({ method: "GET", path: LIST, headers, expect: 401 }));
  const bad = async (kind: "tampered" | "expired" | "malformed") =>
    (await badTokens(bench, await tokensOf(site)))[kind].map(bearer);
  const forged = () => callers.map(({ sessionToken }) => cookie(signedCookie(sessionToken, "another")));
  return [
    { work: "list", kind: "", way: "cookie", asks: withCookie(list) },
    { work: "list", kind: "", way: "JWT", asks: byToken(list) },
    {
      ...{ work: "list", kind: "", way: "API key" },
      asks: each((caller) => list(caller, { "x-api-key": caller.apiKey })),
    },
    { work: "list", kind: "", way: "REST, cookie", asks: withCookie(listByRest) },
    { work: "refuse", kind: "tampered JWT", way: "", asks: refused(() => bad("tampered")) },
    { work: "refuse", kind: "expired JWT", way: "", asks: refused(() => bad("expired")) },
    { work: "refuse", kind: "malformed JWT", way: "", asks: refused(() => bad("malformed")) },
    { work: "refuse", kind: "forged cookie", way: "", asks: refused(forged) },
    {
      ...{ work: "refuse", kind: "cookie of no session", way: "" },
      asks: refused(() =>
        callers.map(() => cookie(signedCookie(randomBytes(24).toString("base64url"), bench.secret))),
      ),
    },
    {
      ...{ work: "refuse", kind: "unknown API key", way: "" },
      asks: refused(() => callers.map(() => ({ "x-api-key": makeKey().key }))),
    },
    {
      ...{ work: "mix", kind: "", way: "JWT" },
      asks: async () => alternating(await byToken(list)(), await refused(() => bad("tampered"))()),
    },
    { work: "sign-in", kind: "", way: "", asks: each((caller) => signIn(site, caller)) },
    {
      ...{ work: "create", kind: "", way: "cookie" },
      asks: withCookie((caller, credential) => create(caller, { ...credential, origin: site.url })),
    },
    { work: "create", kind: "", way: "JWT", asks: byToken(create) },
  ];
}

export const cookie = (value: string): Credential => ({ cookie: `holdfast.session_token=${value}` });
export const cookieOf = ({ secret }: Bench, { sessionToken }: Caller) =>
  cookie(signedCookie(sessionToken, secret));
export const bearer = (token: string): Credential => ({ authorization: `Bearer ${token}` });
export const LIST = `/api/trpc/task.list?input=${encodeURIComponent(JSON.stringify({ limit: LISTED }))}`;
export const JSON_BODY = { "content-type": "application/json" };

export const list = (caller: Caller, headers: Credential): Ask => ({
  ...{ method: "GET", path: LIST, headers, expect: 200 },
  rows: { owner: caller.id, count: LISTED },
});

const listByRest = (caller: Caller, headers: Credential): Ask => ({
  ...list(caller, headers),
  path: `/api/v1/tasks?limit=${LISTED}`,
});

export const create = (caller: Caller, credential: Credential): Ask => ({
  ...{ method: "POST", path: "/api/trpc/task.create", expect: 200 },
  headers: { ...credential, ...JSON_BODY },
  body: JSON.stringify(NEW_TASK),
  rows: { owner: caller.id, count: 1 },
});

const signIn = ({ url }: Site, { email }: Caller): Ask => ({
  ...{ method: "POST", path: "/api/auth/sign-in/email", expect: 200 },
  headers: { ...JSON_BODY, origin: url },
  body: JSON.stringify({ email, password: PASSWORD }),
});

/** They live for five minutes, and are made by the server itself. */
async function tokensOf({ bench, url }: Site): Promise<string[]> {
  const tokens: string[] = [];
  for (const caller of bench.callers) {
    const ask: Ask = {
      ...{ method: "GET", path: "/api/auth/token", expect: 200 },
      headers: cookieOf(bench, caller),
    };
    const answer = await send(url, ask);
    const body = (await answer.json()) as { token?: string; accessToken?: string };
    const token = body.accessToken ?? body.token;
    if (!token) throw new Error(`no token but ${answer.status}: ${JSON.stringify(body)}`);
    tokens.push(token);
  }
  return tokens;
}

interface Row {
  ownerId: string;
}

/** Of tRPC's answers and of REST's; a list or one task. */
export function ownersOf(body: unknown): string[] {
  const { result } = body as { result?: { data: unknown } };
  const data = (result?.data ?? body) as { items?: Row[] } & Row;
  return (data.items ?? [data]).map(({ ownerId }) => ownerId);
}
