import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EnvError, readEnv } from "@/server/env";
import type { Head } from "@/server/platform/audit-heads";
import { createHeadPoster } from "@/server/platform/audit-heads-url";
import { eventually } from "@/tests/support/hold";
import { openHouse } from "@/tests/support/house";

let server: Server;
let url: string;
/** What came in, and what the next ones are answered: 0 is no answer at all. */
let taken: Head[] = [];
let refused = 0;
let status = 200;
const lines: { event: string }[] = [];
const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/elsewhere") return void response.end();
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      if (status !== 200) refused++;
      else taken.push(JSON.parse(text));
      if (status !== 0) response.writeHead(status, { location: "/elsewhere" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a-token`;
});
beforeEach(() => {
  [taken, refused, status] = [[], 0, 200];
  lines.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const head = (number: number): Head => ({ number, hmac: "A".repeat(43), rows: 3 });
const numbers = () => taken.map(({ number }) => number);
const events = () => lines.map(({ event }) => event);

describe("heads to a URL", () => {
  it("arrive as JSON, each once, in order", async () => {
    const poster = createHeadPoster({ url, log });
    for (let number = 1; number <= 20; number++) poster.post(head(number));
    await eventually(async () => taken.length >= 20);
    expect(taken[0]).toEqual({ number: 1, hmac: "A".repeat(43), rows: 3 });
    expect(numbers()).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await poster.stop();
    expect(lines).toEqual([]);
  });

  it.each([404, 500, 302, 0])(
    "wait out an outage that answers %i, of which the log hears once",
    async (code) => {
      const poster = createHeadPoster({ url, log, pause: 5 });
      status = code;
      for (const number of [1, 2, 3]) poster.post(head(number));
      await eventually(async () => refused >= (code === 0 ? 1 : 4));
      expect(taken).toEqual([]);
      status = 200;
      await eventually(async () => taken.length === 3);
      expect(numbers()).toEqual([1, 2, 3]);
      await poster.stop();
      expect(events()).toEqual(["audit_heads_url_down", "audit_heads_url_up"]);
      expect(JSON.stringify(lines)).not.toContain("a-token");
    },
  );

  it("wait in a bounded queue that lets the oldest go", async () => {
    const poster = createHeadPoster({ url, log, pause: 20, most: 3 });
    status = 503;
    for (let number = 1; number <= 9; number++) poster.post(head(number));
    await eventually(async () => refused >= 2);
    status = 200;
    await eventually(async () => taken.length >= 3);
    expect(numbers()).toEqual([7, 8, 9]);
    await poster.stop();
  });

  it.each([
    ["refuses", 503, 300],
    ["does not answer", 0, 1_500],
  ])("hold no end up when the other side %s", async (_, code, ms) => {
    const poster = createHeadPoster({ url, log, pause: 60_000 });
    status = code;
    poster.post(head(1));
    await eventually(async () => refused >= 1);
    await sleep(20);
    const start = performance.now();
    await poster.stop();
    expect(performance.now() - start).toBeLessThan(ms);
  });

  it("are those of the product's own seals, the last one included", async () => {
    const house = await openHouse({ auditSealEvery: 100, auditHeadsUrl: url });
    await house.person();
    await eventually(async () => taken.length > 0);
    await house.person();
    await house.runtime.close();
    const seals = await house.admin<Head[]>`
      select number::int, hmac, count as rows from audit_seal s order by s.number`;
    expect(seals.length).toBeGreaterThan(0);
    expect(taken).toEqual([...seals]);
    await house.admin.end();
    await house.database.drop();
  });
});

describe("AUDIT_HEADS_URL", () => {
  const PRODUCTION = {
    DATABASE_URL: "postgres://holdfast_app:x@db.example/holdfast",
    REDIS_URL: "redis://cache.example",
    BETTER_AUTH_URL: "https://holdfast.example",
    BETTER_AUTH_SECRET: "WdJ3dVZ0v6nqkV4Zb1mXoQeT7uYp9sRa",
    AUDIT_KEY: "q8Lw2Zs0v6nqkV4Zb1mXoQeT7uYp9sRb",
    SMTP_URL: "smtps://mail.example",
  };
  const LOCAL = { AUDIT_KEY: PRODUCTION.AUDIT_KEY, BETTER_AUTH_SECRET: PRODUCTION.BETTER_AUTH_SECRET };

  it.each([
    ["http elsewhere", { ...LOCAL, AUDIT_HEADS_URL: "http://heads.example" }, /must be https/],
    ["http in production", { ...PRODUCTION, AUDIT_HEADS_URL: "http://127.0.0.1:1" }, /must be https/],
    ["a password", { ...LOCAL, AUDIT_HEADS_URL: "https://a:b@heads.example" }, /a user or a password/],
    ["another protocol", { ...LOCAL, AUDIT_HEADS_URL: "ftp://heads.example" }, /is not an http\(s\) URL/],
  ])("with %s refuses the start in one line", (_, settings, line) => {
    expect(() => readEnv(settings)).toThrow(EnvError);
    expect(() => readEnv(settings)).toThrow(line);
  });

  it.each([
    ["https in production", { ...PRODUCTION, AUDIT_HEADS_URL: "https://heads.example/t" }],
    ["http on this machine", { ...LOCAL, AUDIT_HEADS_URL: "http://localhost:8080/t" }],
  ])("is taken as %s", (_, settings) => {
    expect(readEnv(settings).auditHeadsUrl).toBe(settings.AUDIT_HEADS_URL);
  });
});
