import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { handleAuth } from "@/server/http/auth";
import { handleTrpc } from "@/server/http/trpc";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let broken: House;
let person: Person;
let unlucky: Person;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
  broken = await openHouse();
  unlucky = await broken.person();
  await broken.admin`alter table task rename column title to "column that nobody may learn of"`;
});
afterAll(async () => {
  await house.close();
  await broken.close();
});
afterEach(() => vi.unstubAllEnvs());

interface Case {
  path: string;
  status: number;
  code: string;
  who?: "person" | "unlucky";
  /** Of a POST. */
  body?: string;
  headers?: Record<string, string>;
}

const input = (value: unknown) => `?input=${encodeURIComponent(JSON.stringify(value))}`;
const EMAIL = '{"email":"nobody@example.com","password":"no such password"}';

const CASES: [string, Case][] = [
  ["no procedure", { path: "/api/trpc/no.such", status: 404, code: "NOT_FOUND" }],
  ["nobody", { path: "/api/trpc/task.list", status: 401, code: "UNAUTHORIZED" }],
  [
    "a stream for nobody",
    { path: `/api/trpc/task.changes${input({ workspaceId: "x" })}`, status: 401, code: "UNAUTHORIZED" },
  ],
  [
    "out of reach",
    {
      path: `/api/trpc/task.get${input({ id: "0190a0a0-0000-7000-8000-000000000000" })}`,
      who: "person",
      status: 403,
      code: "FORBIDDEN",
    },
  ],
  [
    "wrong input",
    { path: `/api/trpc/task.get${input({ id: 5 })}`, who: "person", status: 400, code: "BAD_REQUEST" },
  ],
  [
    "input that is no JSON",
    { path: "/api/trpc/task.get?input=%7B", who: "person", status: 400, code: "BAD_REQUEST" },
  ],
  ["a path that is no path", { path: "/api/trpc/%E0%A4%A", who: "person", status: 400, code: "BAD_REQUEST" }],
  [
    "a body that is no JSON",
    { path: "/api/trpc/task.create", who: "person", body: "{", status: 400, code: "BAD_REQUEST" },
  ],
  [
    "a change that is asked for",
    { path: "/api/trpc/task.create", who: "person", status: 405, code: "METHOD_NOT_SUPPORTED" },
  ],
  [
    "another site",
    {
      path: "/api/trpc/task.create",
      who: "person",
      body: "{}",
      headers: { origin: "https://elsewhere.example" },
      status: 403,
      code: "CROSS_SITE_REQUEST",
    },
  ],
  [
    "text",
    {
      path: "/api/trpc/task.create",
      who: "person",
      body: "{}",
      headers: { "content-type": "text/plain" },
      status: 415,
      code: "UNSUPPORTED_MEDIA_TYPE",
    },
  ],
  [
    "a statement that fails",
    { path: "/api/trpc/task.list", who: "unlucky", status: 500, code: "INTERNAL_SERVER_ERROR" },
  ],
  ["no route of auth", { path: "/api/auth/no-such", status: 404, code: "NOT_FOUND" }],
  [
    "a wrong password",
    { path: "/api/auth/sign-in/email", body: EMAIL, status: 401, code: "INVALID_EMAIL_OR_PASSWORD" },
  ],
  ["auth with too little", { path: "/api/auth/sign-in/email", body: "{}", status: 400, code: "BAD_REQUEST" }],
  ["auth with no JSON", { path: "/api/auth/sign-in/email", body: "{", status: 400, code: "BAD_REQUEST" }],
  [
    "auth without a session",
    {
      path: "/api/auth/change-password",
      body: '{"currentPassword":"x","newPassword":"seven quiet otters"}',
      status: 401,
      code: "UNAUTHORIZED",
    },
  ],
  [
    "auth from another site",
    {
      path: "/api/auth/sign-out",
      body: "{}",
      headers: { origin: "https://elsewhere.example" },
      status: 403,
      code: "CROSS_SITE_REQUEST",
    },
  ],
];

/** What a caller must not learn, from whichever mode. */
const INSIDE =
  /stack|node_modules|\.tsx?\b|\.m?js:|\bat [\w.]+ \(|select |insert |relation|column|postgres|drizzle|trpc\/server|zod/i;

async function ask({ path, who, body, headers }: Case): Promise<Response> {
  const caller = who && { person, unlucky }[who];
  const { runtime } = who === "unlucky" ? broken : house;
  const request = new Request(runtime.env.baseUrl + path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(caller && { cookie: caller.cookie }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  return path.startsWith("/api/auth") ? handleAuth(runtime, request) : handleTrpc(runtime, request);
}

describe.each(["production", "development"])(
  "in %s a refusal is one envelope, and says nothing of the inside",
  (mode) => {
    it.each(CASES)("%s", async (_, asked) => {
      vi.stubEnv("NODE_ENV", mode);
      const answer = await ask(asked);
      const text = await answer.text();
      expect(answer.status, text).toBe(asked.status);
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
      const { error, ...others } = JSON.parse(text);
      expect(others).toEqual({});
      const { data, code, ...told } = error;
      const { httpStatus, ...detail } = data ?? { ...told, code, httpStatus: asked.status };
      expect([detail.code, httpStatus]).toEqual([asked.code, asked.status]);
      expect(
        Object.keys({ ...told, ...detail }).filter(
          (key) => !["code", "message", "requestId", "reason", "issues"].includes(key),
        ),
      ).toEqual([]);
      expect(detail.requestId).toMatch(/^[\w-]{16,}$/);
      expect(answer.headers.get("x-request-id")).toBe(detail.requestId);
      expect(error.message).toMatch(/\S/);
      expect(text).not.toMatch(INSIDE);
    });
  },
);
