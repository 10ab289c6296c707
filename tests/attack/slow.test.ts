import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SERVER_LIMITS } from "@/server/http/server";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse } from "@/tests/support/house";

/** The product's times, each divided by ten. */
const TENTH = 10;
const limits = Object.fromEntries(
  Object.entries(SERVER_LIMITS).map(([name, value]) => [name, name.endsWith("Size") ? value : value / TENTH]),
) as typeof SERVER_LIMITS;
const SLACK_MS = 400;

let house: House;
let door: Door;
beforeAll(async () => {
  house = await openHouse();
  door = await openDoor(house, { limits });
});
afterAll(async () => {
  await door.close();
  await house.close();
});

const host = () => `Host: 127.0.0.1:${door.port}`;

interface Talk {
  /** Milliseconds from the first to the last of it. */
  took: number;
  answer: string;
}

/** Says `pieces` one by one, `pauseMs` apart and the last again and again, until the peer ends it. */
function talk(pieces: string[], pauseMs: number): Promise<Talk> {
  return new Promise((resolve) => {
    const start = performance.now();
    const socket: Socket = connect(door.port, "127.0.0.1");
    let answer = "";
    let next = 0;
    const timer = setInterval(() => {
      const piece = pieces[Math.min(next++, pieces.length - 1)];
      if (piece && socket.writable) socket.write(piece.replaceAll("\n", "\r\n"));
    }, pauseMs);
    socket.on("data", (data) => {
      answer += data.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(timer);
      resolve({ took: performance.now() - start, answer });
    });
  });
}

const body = (answer: string) => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
const within = (ms: number) => ms + limits.connectionsCheckingInterval + SLACK_MS;

it("states its times: ten seconds for headers, thirty for a body, ten of silence, looked at every two", () => {
  expect(SERVER_LIMITS).toEqual({
    maxHeaderSize: 16_384,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 10_000,
    connectionsCheckingInterval: 2_000,
  });
});

describe("a peer that is slow is cut, and told so", () => {
  const post = () => `POST /api/trpc/task.create HTTP/1.1\n${host()}\nContent-Type: application/json\n`;
  it.concurrent.each([
    [
      "headers letter by letter",
      () => [`GET / HTTP/1.1\n${host()}\n`, "X", ": ", "y"],
      limits.headersTimeout,
    ],
    ["a header that never ends", () => [`GET / HTTP/1.1\n${host()}\nX-Long: `, "a"], limits.headersTimeout],
    ["a body letter by letter", () => [`${post()}Content-Length: 100000\n\n{`, " "], limits.requestTimeout],
    [
      "chunks that never end",
      () => [`${post()}Transfer-Encoding: chunked\n\n`, "1\n \n"],
      limits.requestTimeout,
    ],
  ])("%s", async (_, pieces, ms) => {
    const { took, answer } = await talk(pieces(), 50);
    expect(took).toBeLessThan(within(ms));
    expect(took).toBeGreaterThan(ms / 2);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(body(answer).error).toMatchObject({
      code: "REQUEST_TIMEOUT",
      requestId: expect.stringMatching(/./),
    });
  });

  it.concurrent("a connection that says nothing", async () => {
    const { took } = await talk([], 50);
    expect(took).toBeLessThan(within(limits.headersTimeout));
  });

  it.concurrent("a connection that is kept alive and idle", async () => {
    const { took, answer } = await talk([`GET /api/health HTTP/1.1\n${host()}\n\n`, ""], 50);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(took).toBeLessThan(within(limits.keepAliveTimeout) + 1_000);
  });
});

it("200 slow sockets hinder nobody, and leave nothing behind", async () => {
  const slow = Array.from({ length: 200 }, () => talk([`GET / HTTP/1.1\n${host()}\nX-Slow: `, "a"], 100));
  await sleep(300);
  for (let turn = 0; turn < 20; turn++) {
    const start = performance.now();
    const answer = await door.raw(`GET /api/health HTTP/1.1\n${host()}\nConnection: close\n\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(performance.now() - start).toBeLessThan(1_000);
  }
  await Promise.all(slow);
  expect(door.gate.inFlight()).toBe(0);
  const left = await new Promise((resolve) => door.server.getConnections((_, count) => resolve(count)));
  expect(left).toBe(0);
  expect(await door.raw(`GET /api/health HTTP/1.1\n${host()}\nConnection: close\n\n`)).toMatch(/ 200 /);
});

describe("what is no request is answered in the envelope, with the headers of every answer", () => {
  const SECURITY = /x-content-type-options: nosniff\r\n.*x-frame-options: DENY\r\n/is;
  it.each([
    ["bytes", "\u0016\u0003\u0001\u0002\u0000\u0001", 400, "BAD_REQUEST"],
    ["another protocol", "SSH-2.0-OpenSSH_9\n\n", 400, "BAD_REQUEST"],
    ["a broken header", "GET / HTTP/1.1\nHost: a\nA B: c\n\n", 400, "BAD_REQUEST"],
    ["a length that is no number", "POST / HTTP/1.1\nHost: a\nContent-Length: x\n\n", 400, "BAD_REQUEST"],
    ["two lengths", "POST / HTTP/1.1\nHost: a\nContent-Length: 1\nContent-Length: 2\n\n", 400, "BAD_REQUEST"],
    [
      "headers that are too large",
      `GET / HTTP/1.1\nHost: a\nX: ${"a".repeat(17_000)}\n\n`,
      431,
      "HEADERS_TOO_LARGE",
    ],
    ["a tunnel", "CONNECT 127.0.0.1:5432 HTTP/1.1\nHost: a\n\n", 405, "METHOD_NOT_SUPPORTED"],
    [
      "another protocol by agreement",
      "GET / HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\n\n",
      400,
      "BAD_REQUEST",
    ],
    ["no host", "GET / HTTP/1.1\nConnection: close\n\n", 400, "BAD_REQUEST"],
    [
      "an expectation",
      "POST / HTTP/1.1\nHost: a\nExpect: miracles\nContent-Length: 0\nConnection: close\n\n",
      417,
      "EXPECTATION_FAILED",
    ],
  ])("%s", async (_, text, status, code) => {
    const answer = await door.raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(body(answer).error).toEqual({
      code,
      message: expect.any(String),
      requestId: expect.stringMatching(/.{8}/),
    });
    expect(answer).toMatch(SECURITY);
    expect(answer).toMatch(/connection: close/i);
    expect(answer).not.toMatch(/HPE_|Parse Error|at .*\.js/);
  });
});
