import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let person: Person;
const doors: Record<string, Door> = {};
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
  doors.http = await openDoor(house, { proxies: ["127.0.0.1"] });
  doors.https = await openDoor(house, { baseUrl: "https://holdfast.example", proxies: ["127.0.0.1"] });
  doors.unproxied = await openDoor(house, { baseUrl: "https://holdfast.example" });
});
afterAll(async () => {
  for (const door of Object.values(doors)) await door.close();
  await house.close();
});

const EVERYWHERE: Record<string, string> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "x-frame-options": "DENY",
};

/** One answer of every kind that our server gives. What a page of Next carries is seen in tests/e2e. */
const KINDS: [string, string, number][] = [
  ["a page", "GET / HTTP/1.1\nHOST", 200],
  ["a write to a page", "POST /sign-in HTTP/1.1\nHOST\nContent-Length: 0", 405],
  ["a call", "GET /api/trpc/me.get HTTP/1.1\nHOST\nCOOKIE", 200],
  ["a refused call", "GET /api/trpc/me.get HTTP/1.1\nHOST", 401],
  ["an unknown procedure", "GET /api/trpc/nothing.here HTTP/1.1\nHOST\nCOOKIE", 404],
  ["a refused write", "POST /api/trpc/task.create HTTP/1.1\nHOST\nContent-Length: 0", 415],
  ["who is signed in", "GET /api/auth/get-session HTTP/1.1\nHOST", 200],
  ["no route of auth", "GET /api/auth/nothing HTTP/1.1\nHOST", 404],
  ["health", "GET /api/health HTTP/1.1\nHOST", 200],
  ["readiness", "GET /api/ready HTTP/1.1\nHOST", 200],
  ["a preflight", "OPTIONS /api/trpc/me.get HTTP/1.1\nHOST", 204],
  ["another host", "GET / HTTP/1.1\nHost: elsewhere.example", 421],
  ["an unknown method", "TRACE / HTTP/1.1\nHOST", 405],
  ["headers too large", `GET / HTTP/1.1\nHOST\nX: ${"a".repeat(17_000)}`, 431],
  ["no request at all", "nonsense", 400],
  ["a tunnel", "CONNECT a:1 HTTP/1.1\nHOST", 405],
];

async function ask(
  door: Door,
  text: string,
): Promise<{ status: number; headers: Map<string, string>; body: string }> {
  const filled = text
    .replace("HOST", `Host: 127.0.0.1:${door.port}`)
    .replace("COOKIE", `Cookie: ${person.cookie}`);
  const answer = await door.raw(`${filled}\nConnection: close\n\n`);
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const pairs = head
    .split("\r\n")
    .slice(1)
    .map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
  return { status: Number(head.slice(9, 12)), headers: new Map(pairs), body };
}

describe.each(["http", "https"])(
  "every answer over %s carries the headers that guard a browser",
  (scheme) => {
    it.each(KINDS)("%s", async (kind, text, status) => {
      const answer = await ask(doors[scheme] as Door, text);
      expect(answer.status).toBe(status);
      for (const [name, value] of Object.entries(EVERYWHERE))
        expect([name, answer.headers.get(name)]).toEqual([name, value]);
      expect(answer.headers.get("strict-transport-security")).toBe(
        scheme === "https" ? "max-age=63072000; includeSubDomains" : undefined,
      );
      if (kind !== "a page" && !kind.endsWith("to a page") && status !== 421 && kind !== "an unknown method")
        expect(answer.headers.get("content-security-policy")).toBe(
          "default-src 'none'; frame-ancestors 'none'",
        );
      expect(answer.headers.has("server")).toBe(false);
      expect(answer.headers.has("x-powered-by")).toBe(false);
    });

    it.each(KINDS.filter(([, , status]) => status >= 400))(
      "%s is refused in the one envelope",
      async (_, text) => {
        const { headers, body } = await ask(doors[scheme] as Door, text);
        expect(headers.get("content-type")).toMatch(/^application\/json/);
        expect(headers.get("cache-control")).toBe("no-store");
        const { error } = JSON.parse(body);
        const told = error.data ?? error;
        expect(error.message).toMatch(/^[A-Z].*\.$/);
        expect(told.code).toMatch(/^[A-Z_]+$/);
        expect(told.requestId).toBe(headers.get("x-request-id"));
        expect(body).not.toMatch(/stack|node_modules|\.ts:|HPE_/);
      },
    );
  },
);

describe("over https, what came in the clear", () => {
  const clear = "X-Forwarded-Proto: http";
  it.each(["GET", "HEAD"])("is sent to https: %s", async (method) => {
    const { status, headers } = await ask(doors.https as Door, `${method} /w/x?y=z HTTP/1.1\nHOST\n${clear}`);
    expect([status, headers.get("location")]).toEqual([308, "https://holdfast.example/w/x?y=z"]);
    expect(headers.get("strict-transport-security")).toMatch(/max-age/);
  });

  it("is refused when it writes", async () => {
    const text = `POST /api/trpc/task.create HTTP/1.1\nHOST\n${clear}\nContent-Type: application/json\nContent-Length: 2`;
    const { status, body } = await ask(doors.https as Door, text);
    expect([status, JSON.parse(body).error.data.code]).toEqual([403, "HTTPS_REQUIRED"]);
  });

  it("is told by the nearest proxy, the last of several", async () => {
    const through = (proto: string) =>
      ask(doors.https as Door, `GET /api/health HTTP/1.1\nHOST\nX-Forwarded-Proto: ${proto}`);
    expect((await through("https, http")).status).toBe(308);
    expect((await through("http, https")).status).toBe(200);
    expect((await through("https")).status).toBe(200);
  });

  it("is told by nobody else, and is no matter where the address is http", async () => {
    const text = `GET /api/health HTTP/1.1\nHOST\n${clear}`;
    expect((await ask(doors.unproxied as Door, text)).status).toBe(200);
    expect((await ask(doors.http as Door, text)).status).toBe(200);
  });

  it("another host is sent nowhere", async () => {
    const { status } = await ask(doors.https as Door, `GET / HTTP/1.1\nHost: elsewhere.example\n${clear}`);
    expect(status).toBe(421);
  });
});
