import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let door: Door;
let person: Person;

beforeAll(async () => {
  house = await openHouse();
  door = await openDoor(house, { proxies: ["127.0.0.1", "10.0.0.0/8"] });
  person = await house.person();
});
beforeEach(() => {
  door.pages.length = 0;
});
afterAll(async () => {
  await door.close();
  await house.close();
});

const host = () => `Host: 127.0.0.1:${door.port}`;
const status = (answer: string) => Number(answer.slice(9, 12));
const json = (path: string, headers: string, body: string) =>
  `POST ${path} HTTP/1.1\n${host()}\n${headers}\nContent-Type: application/json\nContent-Length: ${Buffer.byteLength(body)}\nConnection: close\n\n${body}`;

describe("a request of the wrong form is refused before anything looks at it", () => {
  it.each([
    ["an absolute target", () => `GET http://127.0.0.1/ HTTP/1.1\n${host()}\n\n`, 400],
    ["a target of two slashes", () => `GET //elsewhere.example HTTP/1.1\n${host()}\n\n`, 400],
    ["a backslash", () => `GET /\\elsewhere HTTP/1.1\n${host()}\n\n`, 400],
    ["another's host", () => "GET / HTTP/1.1\nHost: elsewhere.example\n\n", 421],
    ["two hosts", () => `GET / HTTP/1.1\n${host()}\nHost: elsewhere.example\n\n`, 400],
    ["no host", () => "GET / HTTP/1.1\n\n", 400],
    ["TRACE", () => `TRACE / HTTP/1.1\n${host()}\n\n`, 405],
    ["PUT", () => `PUT /api/trpc/me.get HTTP/1.1\n${host()}\nContent-Length: 0\n\n`, 405],
    ["a POST to a page", () => `POST /sign-in HTTP/1.1\n${host()}\nContent-Length: 0\n\n`, 405],
    [
      "two credentials of one kind",
      () => `GET / HTTP/1.1\n${host()}\nAuthorization: Bearer a\nAuthorization: Bearer b\n\n`,
      401,
    ],
    ["a credential of no scheme", () => `GET / HTTP/1.1\n${host()}\nAuthorization: abc\n\n`, 401],
    ["a lower-case scheme", () => `GET / HTTP/1.1\n${host()}\nAuthorization: bearer abc\n\n`, 401],
    ["two spaces", () => `GET / HTTP/1.1\n${host()}\nAuthorization: Bearer  abc\n\n`, 401],
    [
      "a length said twice",
      () => `POST / HTTP/1.1\n${host()}\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n`,
      400,
    ],
  ])("%s", async (_, text, expected) => {
    expect(status(await door.raw(text().replace("HTTP/1.1\n", "HTTP/1.1\nConnection: close\n")))).toBe(
      expected,
    );
    expect(door.pages).toEqual([]);
  });

  it("CONNECT and Upgrade reach nobody", async () => {
    await door.raw(`CONNECT 127.0.0.1:5432 HTTP/1.1\n${host()}\n\n`, 300);
    await door.raw(`GET / HTTP/1.1\n${host()}\nConnection: Upgrade\nUpgrade: websocket\n\n`, 300);
    expect(door.pages.filter(({ headers }) => headers.upgrade === undefined)).toEqual([]);
  });
});

describe("a write", () => {
  const call = "/api/trpc/task.create";
  it.each([
    ["as text", `${call}`, "X: y", "text/plain", 415],
    ["as a form", `${call}`, "X: y", "application/x-www-form-urlencoded", 415],
    ["as several parts", `${call}`, "X: y", "multipart/form-data; boundary=x", 415],
    ["as bytes", `${call}`, "X: y", "application/octet-stream", 415],
  ])("%s is refused", async (_, path, headers, type, expected) => {
    const text = json(path, `Cookie: ${person.cookie}\n${headers}`, "{}").replace("application/json", type);
    expect(status(await door.raw(text))).toBe(expected);
  });

  it.each([
    ["Origin: https://elsewhere.example"],
    ["Origin: null"],
    ["Sec-Fetch-Site: cross-site"],
    ["Sec-Fetch-Site: same-site"],
  ])("with %s is refused", async (header) => {
    const answer = await door.raw(json(call, `Cookie: ${person.cookie}\n${header}`, '{"title":"x"}'));
    expect(status(answer)).toBe(403);
    expect(answer).toContain("CROSS_SITE_REQUEST");
  });

  it("from a page of ours is done", async () => {
    const origin = `Origin: ${house.runtime.origins[0]}\nSec-Fetch-Site: same-origin`;
    expect(status(await door.raw(json(call, `Cookie: ${person.cookie}\n${origin}`, '{"title":"x"}')))).toBe(
      200,
    );
  });

  it("that declares too much is refused before it is sent", async () => {
    const head = `POST ${call} HTTP/1.1\n${host()}\nContent-Type: application/json\nContent-Length: 99999999\n\n`;
    expect(status(await door.raw(head, 1_000))).toBe(413);
  });

  it("that sends more than it may, in chunks, is cut off", async () => {
    const chunk = `10000\n${"x".repeat(65_536)}\n`;
    const head = `POST ${call} HTTP/1.1\n${host()}\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n`;
    expect(status(await door.raw(head + chunk.repeat(20), 3_000))).toBe(413);
  });

  it("nested too deeply is refused before it is parsed", async () => {
    const body = `{"title":${"[".repeat(40)}${"]".repeat(40)}}`;
    const answer = await door.raw(json(call, `Cookie: ${person.cookie}`, body));
    expect(status(answer)).toBe(400);
    expect(answer).toContain("nested too deeply");
  });

  it("of another site is refused before its body is read", async () => {
    const head = `POST ${call} HTTP/1.1\n${host()}\nContent-Type: application/json\nContent-Length: 10`;
    const answer = await door.raw(`${head}\nOrigin: https://elsewhere.example\n\n`, 1_000);
    expect(status(answer)).toBe(403);
  });

  it("that is no JSON is 400 with a code, and a batch beyond 20 too", async () => {
    expect(status(await door.raw(json(call, `Cookie: ${person.cookie}`, "{nope")))).toBe(400);
    const paths = Array(21).fill("me.get").join(",");
    const answer = await door.raw(
      `GET /api/trpc/${paths}?batch=1&input={} HTTP/1.1\n${host()}\nConnection: close\n\n`,
    );
    expect(status(answer)).toBe(400);
    const named = /"requestId":"([0-9a-f-]{36})"/.exec(answer)?.[1];
    expect(answer).toContain(`x-request-id: ${named}`);
  });
});

describe("what a client says of itself", () => {
  it("to Next's parts, and of its address, does not arrive", async () => {
    const spoofs = [
      "x-middleware-subrequest: proxy:proxy:proxy",
      "x-middleware-rewrite: /account",
      "x-nextjs-data: 1",
      "x-invoke-path: /account",
      "next-action: 1",
      "x-holdfast-client-address: 6.6.6.6",
      "x-real-ip: 6.6.6.6",
      "forwarded: for=6.6.6.6",
    ].join("\n");
    await door.raw(`GET / HTTP/1.1\n${host()}\n${spoofs}\nConnection: close\n\n`);
    const [page] = door.pages;
    expect(Object.keys(page?.headers ?? {}).sort()).toEqual([
      "connection",
      "host",
      "x-holdfast-client-address",
    ]);
    expect(page?.headers["x-holdfast-client-address"]).toBe("127.0.0.1");
  });

  it("counts as far as the nearest hop that is no proxy of ours", async () => {
    const hops = "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.2.3";
    await door.raw(`GET / HTTP/1.1\n${host()}\n${hops}\nConnection: close\n\n`);
    expect(door.pages[0]?.headers["x-holdfast-client-address"]).toBe("203.0.113.9");
  });

  it("counts for nothing when the peer is no proxy", async () => {
    const strict = await openDoor(house);
    const hops = "X-Forwarded-For: 6.6.6.6";
    await strict.raw(`GET / HTTP/1.1\nHost: 127.0.0.1:${strict.port}\n${hops}\nConnection: close\n\n`);
    expect(strict.pages[0]?.headers["x-holdfast-client-address"]).toBe("127.0.0.1");
    await strict.close();
  });
});

describe("every answer", () => {
  it.each(["/", "/api/health", "/api/trpc/me.get", "/api/auth/nowhere"])(
    "of %s carries the guards",
    async (path) => {
      const answer = await door.raw(`GET ${path} HTTP/1.1\n${host()}\nConnection: close\n\n`);
      expect(answer.toLowerCase()).toContain("x-content-type-options: nosniff");
      expect(answer.toLowerCase()).toContain("referrer-policy:");
      expect(answer.toLowerCase()).toContain("x-request-id:");
      if (path !== "/") expect(answer.toLowerCase()).toContain("default-src 'none'");
    },
  );

  it("that refuses a credential's form is in the API's envelope, and carries them too", async () => {
    const answer = await door.raw(
      `GET /api/trpc/me.get HTTP/1.1\n${host()}\nAuthorization: bearer x\nConnection: close\n\n`,
    );
    expect(status(answer)).toBe(401);
    expect(answer.toLowerCase()).toContain("default-src 'none'");
    expect(answer).toContain('"data":{"code":"UNAUTHORIZED","httpStatus":401,"requestId":"');
  });

  it("names the request by the trace that the caller gave", async () => {
    const trace = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const answer = await door.raw(
      `GET /api/trpc/me.get HTTP/1.1\n${host()}\n${trace}\nConnection: close\n\n`,
    );
    expect(answer).toContain("4bf92f3577b34da6a3ce929d0e0e4736");
  });
});

describe("a session that we did not sign", () => {
  const forged = () => [
    person.cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
    `${person.cookie}x`,
    `${person.cookie}; ${person.cookie}`,
    "holdfast.session_token=abc",
    "holdfast.session_token=%E0%A4%A",
    "holdfast.session_token=",
  ];
  it("is refused before the API looks, in its envelope", async () => {
    for (const cookie of forged()) {
      const answer = await door.raw(
        `GET /api/trpc/me.get HTTP/1.1\n${host()}\nCookie: ${cookie}\nConnection: close\n\n`,
      );
      expect(status(answer)).toBe(401);
      expect(answer).toContain('"data":{"code":"UNAUTHORIZED","httpStatus":401,"requestId":"');
    }
  });

  it("does not keep anybody from signing in", async () => {
    const body = JSON.stringify({ email: "nobody@example.com", password: "seven quiet otters" });
    const origin = `Origin: ${house.runtime.origins[0]}`;
    const answer = await door.raw(
      json("/api/auth/sign-in/email", `Cookie: holdfast.session_token=abc\n${origin}`, body),
    );
    expect(status(answer)).toBe(401);
    expect(answer).toContain("INVALID_EMAIL_OR_PASSWORD");
  });
});

it("beyond its places it says 503 and when to come again", async () => {
  const small = await openDoor(house, { maxInFlight: 1 });
  // Holds the one place: a body that never comes.
  const held = small.raw(
    `POST /api/trpc/task.create HTTP/1.1\nHost: 127.0.0.1:${small.port}\nContent-Type: application/json\nContent-Length: 10\n\n`,
    600,
  );
  await expect.poll(() => small.gate.inFlight()).toBe(1);
  const answer = await small.raw(
    `GET /api/health HTTP/1.1\nHost: 127.0.0.1:${small.port}\nConnection: close\n\n`,
  );
  expect(status(answer)).toBe(503);
  expect(answer.toLowerCase()).toContain("retry-after: 1");
  await held;
  await expect.poll(() => small.gate.inFlight()).toBe(0);
  await small.close();
});
