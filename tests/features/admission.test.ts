import { type RequestListener, request, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorBody } from "@/server/http/answers";
import type { Mount } from "@/server/http/mount";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse } from "@/tests/support/house";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** A part of the API whose work ends when the test says so. */
interface Part {
  mount: Mount;
  /** Paths at work, in their order. */
  begun: string[];
  end(path: string): void;
}

function partAt(prefix: string, places: Mount["places"]): Part {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const handle: Mount["handle"] = (asked) => {
    const path = new URL(asked.url).pathname;
    begun.push(path);
    return new Promise((resolve) => ends.set(path, () => resolve(Response.json({ path }))));
  };
  const open = { wantsCredential: false, crossOrigin: false, envelope: errorBody };
  return { mount: { ...open, prefix, places, handle }, begun, end: (path) => ends.get(path)?.() };
}

interface Asked {
  status?: number;
  headers: Record<string, unknown>;
  body: string;
  hangUp(): void;
}

function ask(door: Door, path: string): Asked {
  const sent = request({ port: door.port, host: "127.0.0.1", path, agent: false });
  const asked: Asked = { headers: {}, body: "", hangUp: () => sent.destroy() };
  sent.on("error", () => {});
  sent.on("response", (answer) => {
    answer.setEncoding("utf8").on("data", (text: string) => {
      asked.body += text;
    });
    answer.on("end", () => Object.assign(asked, { status: answer.statusCode, headers: answer.headers }));
  });
  sent.end();
  return asked;
}

async function opened(parts: Part[], maxCalls: number, maxInFlight = 64): Promise<Door> {
  return openDoor(house, { mounts: parts.map(({ mount }) => mount), maxCalls, maxInFlight });
}

describe("calls", () => {
  it("are refused at the door while others were refused and the line is long", async () => {
    const part = partAt("/api/x", "calls");
    const door = await opened([part], 2);
    const [, , late] = [1, 2, 3].map((number) => ask(door, `/api/x/${number}`));
    await expect.poll(() => late?.status).toBe(503);
    const waiting = [4, 5].map((number) => ask(door, `/api/x/${number}`));
    await expect.poll(() => door.gate.inFlight()).toBe(4);
    const turned = ask(door, "/api/x/6");
    await expect.poll(() => turned.status, { interval: 5 }).toBe(503);
    expect(waiting.map(({ status }) => status)).toEqual([undefined, undefined]);
    const { headers, body } = turned;
    expect(headers).toMatchObject({
      "retry-after": "1",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": late?.headers["content-security-policy"],
    });
    const { error } = JSON.parse(body);
    expect(error).toEqual({ ...JSON.parse(late?.body ?? "").error, requestId: headers["x-request-id"] });
    await door.close();
  });

  it("beyond their places wait in line, in their order", async () => {
    const part = partAt("/api/x", "calls");
    const door = await opened([part], 1);
    const first = ask(door, "/api/x/1");
    await expect.poll(() => part.begun).toEqual(["/api/x/1"]);
    const second = ask(door, "/api/x/2");
    await expect.poll(() => door.gate.inFlight()).toBe(2);
    expect(part.begun).toEqual(["/api/x/1"]);
    part.end("/api/x/1");
    await expect.poll(() => part.begun).toEqual(["/api/x/1", "/api/x/2"]);
    part.end("/api/x/2");
    await expect.poll(() => [first.status, second.status]).toEqual([200, 200]);
    await door.close();
  });

  it("that waited for too long are told to come again", async () => {
    const part = partAt("/api/x", "calls");
    const door = await opened([part], 1);
    ask(door, "/api/x/1");
    await expect.poll(() => part.begun.length).toBe(1);
    const second = ask(door, "/api/x/2");
    await expect.poll(() => second.status).toBe(503);
    expect(second.headers["retry-after"]).toBe("1");
    expect(JSON.parse(second.body).error.code).toBe("SERVICE_UNAVAILABLE");
    expect(part.begun).toEqual(["/api/x/1"]);
    await door.close();
  });

  it("whose callers hung up in line are never begun", async () => {
    const part = partAt("/api/x", "calls");
    const door = await opened([part], 1);
    ask(door, "/api/x/1");
    await expect.poll(() => part.begun.length).toBe(1);
    const second = ask(door, "/api/x/2");
    await expect.poll(() => door.gate.inFlight()).toBe(2);
    second.hangUp();
    await expect.poll(() => door.gate.inFlight()).toBe(1);
    const third = ask(door, "/api/x/3");
    await expect.poll(() => door.gate.inFlight()).toBe(2);
    part.end("/api/x/1");
    await expect.poll(() => part.begun).toEqual(["/api/x/1", "/api/x/3"]);
    part.end("/api/x/3");
    await expect.poll(() => third.status).toBe(200);
    await door.close();
  });

  it("keep their place when their caller hangs up, until their work ends", async () => {
    const part = partAt("/api/x", "calls");
    const door = await opened([part], 1);
    const first = ask(door, "/api/x/1");
    await expect.poll(() => part.begun.length).toBe(1);
    first.hangUp();
    await expect.poll(() => door.gate.inFlight()).toBe(0);
    ask(door, "/api/x/2");
    await expect.poll(() => door.gate.inFlight()).toBe(1);
    expect(part.begun).toEqual(["/api/x/1"]);
    part.end("/api/x/1");
    await expect.poll(() => part.begun).toEqual(["/api/x/1", "/api/x/2"]);
    part.end("/api/x/2");
    await door.close();
  });

  it("in line when the server drains are answered", async () => {
    const part = partAt("/api/x", "calls");
    const door = await opened([part], 1);
    const first = ask(door, "/api/x/1");
    await expect.poll(() => part.begun.length).toBe(1);
    const second = ask(door, "/api/x/2");
    await expect.poll(() => door.gate.inFlight()).toBe(2);
    door.gate.drain(() => false);
    part.end("/api/x/1");
    await expect.poll(() => part.begun.length).toBe(2);
    part.end("/api/x/2");
    await expect.poll(() => [first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.connection).toBe("close");
    await door.close();
  });

  it("have places that sign-ins and pages can not take, and what is no work needs none", async () => {
    const [calls, accounts, none] = [
      partAt("/api/x", "calls"),
      partAt("/api/auth", "accounts"),
      partAt("/api/health", null),
    ];
    const door = await opened([calls, accounts, none], 1, 64);
    for (let index = 0; index < 40; index++) ask(door, `/api/auth/${index}`);
    // A sixteenth of what may be under way at once.
    await expect.poll(() => accounts.begun.length).toBe(4);
    ask(door, "/api/x/1");
    await expect.poll(() => calls.begun.length).toBe(1);
    ask(door, "/api/health");
    await expect.poll(() => none.begun.length).toBe(1);
    expect(accounts.begun.length).toBe(4);
    await door.close();
  });
});

it("pages beyond their places wait until one before them is sent", async () => {
  const begun: ServerResponse[] = [];
  const page: RequestListener = (_, response) => void begun.push(response);
  const door = await openDoor(house, { mounts: [], page, maxInFlight: 8 });
  const asked = [1, 2, 3].map((number) => ask(door, `/page-${number}`));
  await expect.poll(() => door.gate.inFlight()).toBe(3);
  expect(begun.length).toBe(2);
  begun[0]?.end("page");
  await expect.poll(() => begun.length).toBe(3);
  for (const response of begun) response.end("page");
  await expect.poll(() => asked.map(({ status }) => status)).toEqual([200, 200, 200]);
  await door.close();
});
