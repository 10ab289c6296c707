import { randomBytes } from "node:crypto";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fingerprint } from "@/server/cli/sources.mjs";
import { runTool } from "@/server/cli/tool.mjs";
import { isBuilt, noteBuilt } from "@/tests/bench/built";
import { type Ask, alternating, type Line, type Peer } from "@/tests/bench/peers/peer";
import { type Bench, type Caller, LISTED, NEW_TASK, PASSWORD, signedCookie } from "@/tests/bench/seed";
import { freePort, send, serve } from "@/tests/bench/serve";

const SOURCE = "tests/bench/peers/t3";
/** Next writes into the folder that it builds. */
const COPY = "dist/bench/t3";

export const t3 = variant("c", "T3-style: Next, tRPC, Better Auth, Drizzle", "off");
export const t3WithCookieCache = variant("d", "the same with cookieCache", "on");

function variant(key: string, title: string, cookieCache: "on" | "off"): Peer {
  return {
    key,
    title,
    prepare: build,
    start: async (bench) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const [first] = bench.callers.map((caller) => list(caller, cookieOf(bench, caller)));
      if (!first) throw new Error("nobody calls");
      const served = await serve({
        command: [
          ...[process.execPath, join(process.cwd(), "node_modules/next/dist/bin/next"), "start"],
          ...["-H", "127.0.0.1", "-p", String(port)],
        ],
        cwd: COPY,
        env: {
          DATABASE_URL: bench.urls.peers,
          BETTER_AUTH_SECRET: bench.secret,
          BETTER_AUTH_URL: url,
          COOKIE_CACHE: cookieCache,
        },
        log: bench.place(`t3-${cookieCache}.log`),
        url,
        first,
      });
      const credentials = cookieCache === "on" ? cached : plain;
      return { ...served, ownersOf, lines: linesOf(bench, url, credentials, cookieCache === "on") };
    },
  };
}

async function build(): Promise<void> {
  const stamp = fingerprint([SOURCE, "package-lock.json"]);
  if (isBuilt("t3", stamp)) return;
  await rm(COPY, { recursive: true, force: true });
  await cp(SOURCE, COPY, { recursive: true });
  const env = {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    // It loads the routes to look at them, and answers nobody.
    BETTER_AUTH_SECRET: randomBytes(32).toString("base64"),
    BETTER_AUTH_URL: "http://127.0.0.1",
  };
  const { code, output } = await runTool("next", ["build", COPY], { env });
  if (code !== 0) throw new Error(`the T3-style peer was not built: ${output}`);
  noteBuilt("t3", stamp);
}

type Cookies = (bench: Bench, url: string) => Promise<string[]>;

const plain: Cookies = async ({ callers, secret }) =>
  callers.map(({ sessionToken }) => `better-auth.session_token=${signedCookie(sessionToken, secret)}`);

/** With the cookie in which the session is kept for five minutes, as the server makes it. */
const cached: Cookies = async (bench, url) => {
  const cookies: string[] = [];
  for (const cookie of await plain(bench, url)) {
    const answer = await send(url, {
      ...{ method: "GET", path: "/api/auth/get-session", expect: 200 },
      headers: { cookie },
    });
    const data = answer.headers.getSetCookie().find((one) => one.startsWith("better-auth.session_data="));
    if (!data) throw new Error(`no cached session but ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
    cookies.push(`${cookie}; ${data.split(";", 1)[0]}`);
  }
  return cookies;
};

function linesOf(bench: Bench, url: string, cookies: Cookies, isCached: boolean): Line[] {
  const { callers, secret } = bench;
  const withCookie = (ask: (caller: Caller, cookie: string) => Ask) => async () =>
    (await cookies(bench, url)).flatMap((cookie, index) => {
      const caller = callers[index];
      return caller ? ask(caller, cookie) : [];
    });
  const refused = (signer: string, isOurs: boolean) => async () =>
    callers.map(({ sessionToken }): Ask => {
      const token = isOurs ? sessionToken : randomBytes(24).toString("base64url");
      return {
        ...{ method: "GET", path: LIST, expect: 401 },
        headers: { cookie: `better-auth.session_token=${signedCookie(token, signer)}` },
      };
    });
  const forged = refused("another", true);
  const lines: Line[] = [
    { work: "list", kind: "", way: "cookie", asks: withCookie(list) },
    { work: "create", kind: "", way: "cookie", asks: withCookie(create) },
  ];
  if (isCached) return lines;
  return [
    ...lines,
    { work: "refuse", kind: "forged cookie", way: "", asks: forged },
    { work: "refuse", kind: "cookie of no session", way: "", asks: refused(secret, false) },
    {
      ...{ work: "mix", kind: "", way: "cookie" },
      asks: async () => alternating(await withCookie(list)(), await forged()),
    },
    { work: "sign-in", kind: "", way: "", asks: async () => callers.map((caller) => signIn(url, caller)) },
  ];
}

const LIST = `/api/trpc/task.list?input=${encodeURIComponent(JSON.stringify({ json: { limit: LISTED } }))}`;
const JSON_BODY = { "content-type": "application/json" };
const cookieOf = ({ secret }: Bench, { sessionToken }: Caller) =>
  `better-auth.session_token=${signedCookie(sessionToken, secret)}`;

const list = (caller: Caller, cookie: string): Ask => ({
  ...{ method: "GET", path: LIST, headers: { cookie }, expect: 200 },
  rows: { owner: caller.id, count: LISTED },
});

const create = (caller: Caller, cookie: string): Ask => ({
  ...{ method: "POST", path: "/api/trpc/task.create", expect: 200 },
  headers: { cookie, ...JSON_BODY },
  body: JSON.stringify({ json: NEW_TASK }),
  rows: { owner: caller.id, count: 1 },
});

const signIn = (url: string, { email }: Caller): Ask => ({
  ...{ method: "POST", path: "/api/auth/sign-in/email", expect: 200 },
  headers: { ...JSON_BODY, origin: url },
  body: JSON.stringify({ email, password: PASSWORD }),
});

function ownersOf(body: unknown): string[] {
  const { result } = body as { result: { data: { json: { ownerId: string } | { ownerId: string }[] } } };
  return [result.data.json].flat().map(({ ownerId }) => ownerId);
}
