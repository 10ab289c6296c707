import { randomBytes, randomUUID } from "node:crypto";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { makeKey } from "@/server/identity/keys/form";
import { anAddress, type Kind, rotation } from "@/tests/bench/memory/mix";
import {
  bearer,
  type Credential,
  cookie,
  cookieOf,
  JSON_BODY,
  LIST,
  type Site,
} from "@/tests/bench/peers/holdfast";
import { type Caller, NEW_TASK, PASSWORD, signedCookie } from "@/tests/bench/seed";

/** A step of ten milliseconds asks what is due by then. */
const TICK_MS = 10;
/** Past so many without an answer the machine does not keep up, and what is due is left out. */
const MOST_UNDER_WAY = 150;
const STREAM_MS = { least: 2_000, most: 20_000 };
/** A page of the caller's own lists is asked with a token for so long, of the five minutes that it lives. */
const TOKEN_MS = 240_000;

export interface Counts {
  answers: Record<string, number>;
  wrong: Record<string, number>;
  /** What was due and not asked, because too much was without an answer; and what was answered 503 or 408. */
  leftOut: number;
  busy: number;
}

export interface MixedLoad {
  /** Answers so far by kind of work, and those that were not what they should be. */
  counts(): Counts;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  cookies: string[];
  text: string;
}

interface Sent {
  method?: string;
  headers?: Credential;
  body?: unknown;
}

interface Plan {
  /** The secret before the present one. */
  earlier: string;
  /** Of each caller, by id. */
  workspaces: ReadonlyMap<string, string>;
  perSecond: number;
}

const STALE = new Error("the connection had been closed");

/** Asks at a fixed rate, whatever the answers do. */
export function startMixedLoad({ url, bench }: Site, { earlier, workspaces, perSecond }: Plan): MixedLoad {
  const { callers, secret } = bench;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const answers: Record<string, number> = {};
  const wrong: Record<string, number> = {};
  const streams = new Set<ClientRequest>();
  let underWay = 0;
  let leftOut = 0;
  let busy = 0;

  const begin = (path: string, sent: Sent): Promise<[ClientRequest, IncomingMessage]> =>
    beginOnce(path, sent).catch((error: unknown) => {
      // The server had closed the idle connection meanwhile: as browsers do, ask again on another.
      if (error === STALE) return begin(path, sent);
      throw error;
    });

  const beginOnce = (path: string, sent: Sent): Promise<[ClientRequest, IncomingMessage]> =>
    new Promise((resolve, reject) => {
      const { method = "GET", headers = {}, body } = sent;
      const asked = request(
        url + path,
        {
          agent,
          method,
          headers: {
            "x-forwarded-for": anAddress(),
            ...(body !== undefined && { ...JSON_BODY, origin: url }),
            ...headers,
          },
        },
        (answer) => resolve([asked, answer]),
      );
      asked.on("error", (error: NodeJS.ErrnoException) => {
        reject(asked.reusedSocket && error.code === "ECONNRESET" ? STALE : error);
      });
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });

  const ask = async (kind: string, path: string, expect: number, sent: Sent = {}): Promise<Answer> => {
    const [, answer] = await begin(path, sent);
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const status = answer.statusCode ?? 0;
    answers[kind] = (answers[kind] ?? 0) + 1;
    if (status === 503 || status === 408) throw new Busy();
    if (status !== expect) throw new Error(`${kind}: ${status} ${codeOf(text)}`);
    return { status, cookies: answer.headers["set-cookie"] ?? [], text };
  };

  const tokens = new Map<string, { token: string; until: number }>();
  const tokenOf = async (caller: Caller): Promise<string> => {
    const known = tokens.get(caller.id);
    if (known && performance.now() < known.until) return known.token;
    const { text } = await ask("token", "/api/auth/token", 200, { headers: cookieOf(bench, caller) });
    const { accessToken: token } = JSON.parse(text) as { accessToken: string };
    tokens.set(caller.id, { token, until: performance.now() + TOKEN_MS });
    return token;
  };

  const works: Record<Kind, (caller: Caller) => Promise<unknown>> = {
    list: (caller) => ask("list", LIST, 200, { headers: cookieOf(bench, caller) }),
    listByToken: async (caller) =>
      ask("list by token", LIST, 200, { headers: bearer(await tokenOf(caller)) }),
    listByKey: ({ apiKey }) => ask("list by key", LIST, 200, { headers: { "x-api-key": apiKey } }),
    create: (caller) =>
      ask("create", "/api/trpc/task.create", 200, {
        method: "POST",
        headers: { ...cookieOf(bench, caller), "idempotency-key": randomUUID() },
        body: NEW_TASK,
      }),
    tamperedToken: async (caller) => {
      const token = await tokenOf(caller);
      const signature = randomBytes(256).toString("base64url");
      const headers = bearer(`${token.slice(0, token.lastIndexOf("."))}.${signature}`);
      await ask("tampered token", LIST, 401, { headers });
    },
    unknownKey: () => ask("unknown key", LIST, 401, { headers: { "x-api-key": makeKey().key } }),
    unknownSession: () => {
      const value = signedCookie(randomBytes(24).toString("base64url"), secret);
      return ask("cookie of no session", LIST, 401, { headers: cookie(value) });
    },
    earlierCookie: async ({ sessionToken }) => {
      const { cookies } = await ask("cookie of the earlier secret", LIST, 200, {
        headers: cookie(signedCookie(sessionToken, earlier)),
      });
      if (!cookies.some((one) => one.includes("session_token=")))
        throw new Error("earlierCookie: not signed anew");
    },
    page: () => ask("page", "/sign-in", 200),
    stream: async (caller) => {
      const path = `/api/trpc/task.changes?input=${encodeURIComponent(JSON.stringify({ workspaceId: workspaces.get(caller.id) }))}`;
      const [asked, answer] = await begin(path, {
        headers: { ...cookieOf(bench, caller), accept: "text/event-stream" },
      });
      answers.stream = (answers.stream ?? 0) + 1;
      // Of somebody's sixth at once it is 429.
      const isStream = answer.statusCode === 200 || answer.statusCode === 429;
      streams.add(asked);
      answer.on("error", () => {}).resume();
      await sleep(STREAM_MS.least + Math.random() * (STREAM_MS.most - STREAM_MS.least), undefined, {
        ref: false,
      });
      streams.delete(asked);
      asked.destroy();
      if (answer.statusCode === 503) throw new Busy();
      if (!isStream) throw new Error(`stream: ${answer.statusCode}`);
    },
    signIn: async ({ email }) => {
      const { cookies } = await ask("sign-in", "/api/auth/sign-in/email", 200, {
        method: "POST",
        body: { email, password: PASSWORD },
      });
      const headers = { cookie: cookies.map((one) => one.split(";")[0]).join("; ") };
      await ask("list of a new session", LIST, 200, { headers });
      await sleep(2_000);
      await ask("sign-out", "/api/auth/sign-out", 200, { method: "POST", headers, body: {} });
      await ask("list after sign-out", LIST, 401, { headers });
    },
    tokens: async ({ email }) => {
      const post = (path: string, body: unknown) =>
        ask(path, `/api/v1/auth/${path}`, 200, { method: "POST", body });
      const first = JSON.parse((await post("token", { email, password: PASSWORD })).text) as {
        refreshToken: string;
      };
      const next = JSON.parse(
        (await post("refresh", first && { refreshToken: first.refreshToken })).text,
      ) as {
        refreshToken: string;
      };
      await post("revoke", { refreshToken: next.refreshToken });
    },
  };

  const line = rotation();
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    for (; sent < due; sent++) {
      const kind = line[sent % line.length] ?? "list";
      const caller = callers[Math.floor(Math.random() * callers.length)];
      if (!caller) return;
      if (underWay >= MOST_UNDER_WAY) {
        leftOut++;
        continue;
      }
      underWay++;
      works[kind](caller)
        .catch((error: Error) => {
          if (error instanceof Busy) busy++;
          else wrong[error.message] = (wrong[error.message] ?? 0) + 1;
        })
        .finally(() => underWay--);
    }
  }, TICK_MS);

  return {
    counts: () => ({ answers: { ...answers }, wrong: { ...wrong }, leftOut, busy }),
    async stop() {
      clearInterval(timer);
      await sleep(4_000);
      for (const one of streams) one.destroy();
      agent.destroy();
    },
  };
}

/** The server says that it can not answer now: on a machine that others keep busy that is no mistake. */
class Busy extends Error {}

/** The code of an envelope: what differs in each answer would make each its own kind of mistake. */
const codeOf = (text: string) => /"code":"(\w+)"/.exec(text)?.[1] ?? "";
