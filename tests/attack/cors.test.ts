import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EnvError, readEnv } from "@/server/env";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";

const LISTED = "https://app.example";
let house: House;
let door: Door;
let person: Person;
beforeAll(async () => {
  house = await openHouse({ corsOrigins: [LISTED, "http://localhost:8080"] });
  door = await openDoor(house);
  person = await house.person();
});
afterAll(async () => {
  await door.close();
  await house.close();
});

interface Said {
  status: number;
  headers: Map<string, string>;
  body: string;
}

async function say(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Said> {
  const lines = Object.entries({
    host: `127.0.0.1:${door.port}`,
    connection: "close",
    ...(body !== undefined && { "content-type": "application/json", "content-length": String(body.length) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\n`);
  const answer = await door.raw(`${method} ${path} HTTP/1.1\n${lines.join("")}\n${body ?? ""}`);
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  const [, ...fields] = head.split("\r\n");
  const pairs = fields.map((field): [string, string] => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  const told = new Map<string, string>();
  for (const [name, value] of pairs) told.set(name, [told.get(name), value].filter(Boolean).join(", "));
  return { status: Number(head.slice(9, 12)), headers: told, body: rest.join("\r\n\r\n") };
}

const ofCors = ({ headers }: Said) =>
  [...headers.keys()].filter((name) => name.startsWith("access-control-"));
const preflight = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "content-type",
};
const CALL = "/api/trpc/task.create";

describe("a page of a listed origin", () => {
  it.each([LISTED, "http://localhost:8080"])("%s is told what it may send", async (origin) => {
    const answer = await say("OPTIONS", CALL, { origin, ...preflight });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("access-control-allow-methods")).toBe("GET, HEAD, POST");
    expect(answer.headers.get("access-control-allow-headers")).toBe(
      "content-type, authorization, x-api-key, x-workspace-id, idempotency-key, traceparent, last-event-id",
    );
    expect(answer.headers.get("access-control-max-age")).toBe("600");
    expect(answer.headers.get("vary")).toMatch(/(^|, )Origin/);
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    expect(answer.body).toBe("");
  });

  it("reads answers and refusals, and what they say of budgets", async () => {
    const answer = await say("GET", "/api/trpc/me.get", { origin: LISTED });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("access-control-allow-origin")).toBe(LISTED);
    expect(answer.headers.get("access-control-expose-headers")).toBe(
      "x-request-id, retry-after, ratelimit, ratelimit-policy, idempotency-replayed, www-authenticate",
    );
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  });

  it("may write without a cookie: who calls is then asked, and nobody answers", async () => {
    const answer = await say(
      "POST",
      CALL,
      { origin: LISTED, "sec-fetch-site": "cross-site" },
      '{"title":"x"}',
    );
    expect([answer.status, answer.body]).toEqual([401, expect.stringContaining("UNAUTHORIZED")]);
  });

  it.each(["GET", "POST"])("is refused with a cookie: %s", async (method) => {
    const path = method === "GET" ? "/api/trpc/me.get" : CALL;
    const sent = { origin: LISTED, cookie: person.cookie };
    const answer = await say(method, path, sent, method === "POST" ? '{"title":"x"}' : undefined);
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining("CROSS_SITE_REQUEST")]);
  });

  it.each(["/api/auth/sign-in/email", "/api/health", "/sign-in"])("has no business at %s", async (path) => {
    for (const method of ["OPTIONS", "GET"])
      expect(ofCors(await say(method, path, { origin: LISTED, ...preflight }))).toEqual([]);
    const post = await say("POST", "/api/auth/sign-in/email", { origin: LISTED }, "{}");
    expect(post.status).toBe(403);
  });
});

describe("a page of any other origin", () => {
  it.each([
    "https://elsewhere.example",
    "https://app.example.elsewhere.example",
    "https://app.example:444",
    "http://app.example",
    "https://APP.example",
    "https://sub.app.example",
    "null",
    "*",
    `${LISTED}, ${LISTED}`,
  ])("%s is told nothing", async (origin) => {
    const answers = [
      await say("OPTIONS", CALL, { origin, ...preflight }),
      await say("GET", "/api/trpc/me.get", { origin }),
      await say("POST", CALL, { origin }, "{}"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 401, 403]);
    for (const answer of answers) {
      expect(ofCors(answer)).toEqual([]);
      expect(answer.headers.get("vary")).toMatch(/Origin/);
    }
  });
});

describe("CORS_ORIGINS", () => {
  const linesFor = (CORS_ORIGINS: string, more: Record<string, string> = {}) => {
    try {
      return readEnv({ HOLDFAST_DATA_DIR: house.runtime.env.dataDir, CORS_ORIGINS, ...more }).corsOrigins;
    } catch (error) {
      if (error instanceof EnvError) return error.lines;
      throw error;
    }
  };

  it("lists exact origins", () => {
    expect(linesFor(`${LISTED}, http://localhost:8080`)).toEqual([LISTED, "http://localhost:8080"]);
  });

  it.each([
    "*",
    "https://*.example",
    "app.example",
    "https://app.example/",
    "https://app.example/x",
    "null",
    "ftp://a.example",
    "https://u:p@a.example",
    "https://APP.example",
    "https://app.example:443",
  ])("refuses %s, in one line", (text) => {
    expect(linesFor(text)).toEqual([expect.stringMatching(/^CORS_ORIGINS must list exact origins/)]);
  });

  it("refuses what is not https in production", () => {
    const lines = linesFor("http://app.example", { DATABASE_URL: "postgres://a:b@localhost/c" });
    expect(lines).toContain("CORS_ORIGINS must be https in production.");
  });
});
