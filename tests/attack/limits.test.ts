import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import { sendAuth } from "@/tests/support/browser";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse } from "@/tests/support/house";
import { freshAddress, limitsOf, statuses } from "@/tests/support/limits";

let house: House;
beforeAll(async () => {
  house = await openHouse({ limits: limitsOf("auth=5") });
});
afterAll(() => house.close());

const guess = (email: string, headers: Record<string, string>) =>
  sendAuth(house, "POST", "/sign-in/email", { body: { email, password: "a guess of mine" }, headers });

describe("guesses at a password", () => {
  it("end for an address, whatever the account", async () => {
    const address = freshAddress();
    let count = 0;
    const seen = await statuses(7, () => guess(`guess-${++count}@example.com`, address));
    expect(seen).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const over = await guess("one-more@example.com", address);
    expect(over.body.error).toMatchObject({ code: "TOO_MANY_REQUESTS" });
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(over.headers.get("ratelimit-policy")).toBe('"auth";q=5;w=86400');
    expect((await guess("one-more@example.com", freshAddress())).status).toBe(401);
  });

  it.each([["known"], ["unknown"]])("end for a %s account at ten times that, from anywhere", async (kind) => {
    const email = kind === "known" ? (await house.person()).email : "nobody-here@example.com";
    const spelt = (time: number) => (time % 2 ? email : email.toUpperCase());
    let time = 0;
    const next = () => guess(spelt(++time), freshAddress());
    // Together, because each answer waits for its beat.
    const allowed = await Promise.all(Array.from({ length: 50 }, next));
    expect(allowed.map(({ status }) => status)).toEqual(Array(50).fill(401));
    expect(await statuses(2, next)).toEqual([429, 429]);
  });

  it("an address of IPv6 counts by its /64", async () => {
    let host = 0;
    const seen = await statuses(6, () =>
      guess(`v6-${++host}@example.com`, { [CLIENT_ADDRESS_HEADER]: `2001:db8:0:1::${host}` }),
    );
    expect(seen).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await guess("v6@example.com", { [CLIENT_ADDRESS_HEADER]: "2001:db8:0:2::1" })).status).toBe(401);
  });

  it("sign-ups, sign-ins and mails spend one budget", async () => {
    const address = freshAddress();
    const ask = (path: string, body: object) => sendAuth(house, "POST", path, { body, headers: address });
    let count = 0;
    const email = () => `mixed-${++count}@example.com`;
    const up = () =>
      ask("/sign-up/email", { name: "A", email: email(), password: "correct zebra staple 47" });
    const mail = () => ask("/send-verification-email", { email: email() });
    const seen = [...(await statuses(3, up)), ...(await statuses(3, mail))];
    expect(seen.at(-1)).toBe(429);
    expect(seen.slice(0, 5)).not.toContain(429);
  });

  it("guesses at the present password end for a session, from anywhere", async () => {
    const person = await house.person();
    const body = { currentPassword: "a guess of mine", newPassword: "correct zebra staple 49" };
    const seen = await statuses(7, () =>
      sendAuth(house, "POST", "/change-password", {
        body,
        headers: { cookie: person.cookie, ...freshAddress() },
      }),
    );
    expect(seen.slice(5)).toEqual([429, 429]);
    expect(seen.slice(0, 5)).not.toContain(429);
  });
});

describe("the floor at the gate", () => {
  let small: House;
  let door: Door;
  beforeAll(async () => {
    small = await openHouse({ limits: limitsOf("floor=5,auth=1000,read=1000") });
    door = await openDoor(small, { proxies: ["127.0.0.1"] });
  });
  afterAll(async () => {
    await door.close();
    await small.close();
  });
  const get = (path: string, forwarded: string) =>
    door.raw(
      `GET ${path} HTTP/1.1\nHost: 127.0.0.1:${door.port}\nX-Forwarded-For: ${forwarded}\nConnection: close\n\n`,
    );

  it.each([
    ["/api/trpc/me.get", /"error":\{"code":-32029,"message":"[^"]+","data":\{"code":"TOO_MANY_REQUESTS"/],
    ["/api/auth/get-session", /"error":\{"code":"TOO_MANY_REQUESTS"/],
    ["/a-page", /"error":\{"code":"TOO_MANY_REQUESTS"/],
  ])("refuses %s in its envelope, before anything else", async (path, envelope) => {
    const address = `198.51.100.${path.length}`;
    for (let time = 0; time < 5; time++) expect(await get(path, address)).not.toMatch(/^HTTP\/1.1 429/);
    const over = await get(path, address);
    expect(over).toMatch(/^HTTP\/1.1 429/);
    expect(over).toMatch(envelope);
    expect(over).toMatch(/retry-after: \d+/i);
    expect(over).toMatch(/ratelimit-policy: "floor";q=5;w=86400/i);
    expect(over).toMatch(/cache-control: no-store/i);
  });

  it("is not met anew by who forges a hop in front", async () => {
    let hop = 0;
    const seen = await Promise.all(
      Array.from({ length: 12 }, () => get("/x", `203.0.113.${++hop}, 198.51.100.77`)),
    );
    expect(seen.filter((answer) => answer.startsWith("HTTP/1.1 429"))).toHaveLength(7);
  });
});

describe("no header that a client sends makes a new budget", () => {
  let door: Door;
  beforeAll(async () => {
    door = await openDoor(house);
  });
  afterAll(() => door.close());

  it.each([
    ["X-Forwarded-For"],
    ["X-Real-IP"],
    ["Forwarded"],
    ["True-Client-IP"],
    ["CF-Connecting-IP"],
    [CLIENT_ADDRESS_HEADER],
  ])("not %s", async (header) => {
    const attempt = (time: number) => {
      const body = JSON.stringify({ email: `${header}-${time}@example.com`, password: "a guess of mine" });
      return door.raw(
        `POST /api/auth/sign-in/email HTTP/1.1\nHost: 127.0.0.1:${door.port}\nConnection: close\n${header}: 203.0.113.${time}\nContent-Type: application/json\nContent-Length: ${body.length}\n\n${body}`,
      );
    };
    const seen: string[] = [];
    for (let time = 1; time <= 6; time++) seen.push((await attempt(time)).slice(9, 12));
    expect(seen.at(-1)).toBe("429");
  });
});
