import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Authenticator } from "@/tests/support/authenticator";
import { cookieOf, PASSWORD, sendAuth, signIn, signUp } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";

/** All that is reachable below /api/auth, written down by hand. */
const REACHABLE = [
  "POST /sign-up/email",
  "POST /sign-in/email",
  "POST /sign-out",
  "GET /get-session",
  "POST /change-password",
  "POST /verify-email",
  "POST /send-verification-email",
  "POST /request-password-reset",
  "POST /reset-password",
  "GET /two-factor/status",
  "POST /two-factor/enable",
  "POST /two-factor/confirm",
  "POST /two-factor/disable",
  "POST /two-factor/recovery-codes",
  "POST /two-factor/verify-totp",
  "POST /two-factor/verify-recovery-code",
  "GET /passkey/generate-authenticate-options",
  "POST /passkey/verify-authentication",
  "GET /passkey/generate-register-options",
  "POST /passkey/verify-registration",
  "POST /passkey/rename",
  "POST /passkey/remove",
  "POST /step-up/password",
  "POST /step-up/totp",
  "POST /step-up/passkey",
  "GET /.well-known/jwks.json",
  "GET /token",
];
const WRITES = REACHABLE.filter((route) => route.startsWith("POST")).map((route) => route.slice(5));

const PASSKEY = new Authenticator();
const CEREMONY = { challenge: "AAAA", origin: "http://localhost:3000" };
const GOOD_BODIES: Record<string, Record<string, unknown>> = {
  "/sign-up/email": { name: "New", email: "new@example.com", password: PASSWORD },
  "/sign-in/email": { email: "known@example.com", password: PASSWORD },
  "/sign-out": {},
  "/change-password": { currentPassword: PASSWORD, newPassword: "another zebra staple 48" },
  "/verify-email": { token: "no.such.token" },
  "/send-verification-email": { email: "known@example.com" },
  "/request-password-reset": { email: "known@example.com" },
  "/reset-password": { token: "A".repeat(24), newPassword: "another zebra staple 48" },
  "/two-factor/enable": {},
  "/two-factor/confirm": { code: "123456" },
  "/two-factor/disable": {},
  "/two-factor/recovery-codes": {},
  "/two-factor/verify-totp": { code: "123456" },
  "/two-factor/verify-recovery-code": { code: "ABCD-EFGH-JKMN-PQRS" },
  "/passkey/verify-authentication": { response: PASSKEY.get(CEREMONY) },
  "/passkey/verify-registration": { response: PASSKEY.create(CEREMONY), name: "A passkey" },
  "/passkey/rename": { id: randomUUID(), name: "A passkey" },
  "/passkey/remove": { id: randomUUID() },
  "/step-up/password": { password: PASSWORD },
  "/step-up/totp": { code: "123456" },
  "/step-up/passkey": { response: PASSKEY.get(CEREMONY) },
};

let house: House;
let cookie: string;
beforeAll(async () => {
  house = await openHouse();
  await signUp(house, "known@example.com");
  cookie = cookieOf(await signIn(house, "known@example.com"));
});
afterAll(() => house.close());

const countRows = async () => {
  const [row] =
    await house.admin`select (select count(*) from "user") as users, (select count(*) from session) as sessions,
    (select md5(string_agg(password, '' order by id)) from account) as passwords`;
  return row;
};

describe("a path of Better Auth's", () => {
  it("is 404 unless it is in the table, by any method, signed in or not", async () => {
    expect(house.runtime.auth.paths.length).toBeGreaterThan(60);
    const before = await countRows();
    for (const path of house.runtime.auth.paths) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]) {
        if (REACHABLE.includes(`${method} ${path}`)) continue;
        const named = path.replaceAll(/:\w+/g, "x");
        const answer = await sendAuth(house, method, named, { headers: { cookie } });
        expect([method, path, answer.status]).toEqual([method, path, 404]);
      }
    }
    expect(await countRows()).toEqual(before);
  });

  it("is one of those that we know to be served", () => {
    const paths = REACHABLE.map((route) => route.split(" ")[1]);
    expect(house.runtime.auth.paths).toEqual(expect.arrayContaining(paths));
  });

  it("is 404 in Better Auth itself, should it be asked past the table", async () => {
    const paths = REACHABLE.map((route) => route.split(" ")[1]);
    for (const path of house.runtime.auth.paths.filter((each) => !paths.includes(each))) {
      for (const method of ["GET", "POST"]) {
        const request = new Request(`${house.runtime.env.baseUrl}/api/auth${path}`, {
          method,
          headers: { cookie, "content-type": "application/json", origin: house.runtime.env.baseUrl },
          ...(method === "POST" && { body: "{}" }),
        });
        const { status } = await house.runtime.auth.handler(request);
        expect([method, path, status]).toEqual([method, path, 404]);
      }
    }
  });

  it.each([
    "/",
    "",
    "/sign-in/email/",
    "//sign-in/email",
    "/Sign-In/Email",
    "/sign-in%2Femail",
    "/sign-in/email%00",
    "/sign-in/email;x",
    "/sign-in/email/../../auth/admin/ban-user",
    "/ok",
    "/error",
    "/toString",
  ])("spelled %s is 404", async (path) => {
    const answer = await sendAuth(house, "POST", path, { body: GOOD_BODIES["/sign-in/email"] });
    expect([answer.status, answer.body.error?.code]).toEqual([404, "NOT_FOUND"]);
  });
});

describe.each(WRITES)("POST %s", (path) => {
  const send = (sending: Parameters<typeof sendAuth>[3]) =>
    sendAuth(house, "POST", path, { ...sending, headers: { cookie, ...sending?.headers } });
  const good = GOOD_BODIES[path];

  it("refuses keys that it does not take", async () => {
    const keys = [
      "role",
      "image",
      "id",
      "userId",
      "emailVerified",
      "banned",
      "token",
      "asResponse",
      "__proto__",
    ];
    for (const key of [...keys, "personalUserId"]) {
      const raw = JSON.stringify({ ...good, KEY: "admin" }).replace("KEY", key);
      const answer = await send({ raw });
      expect([key, answer.status, answer.body.error?.code]).toEqual([key, 400, "BAD_REQUEST"]);
      expect(answer.body.error?.issues).toHaveLength(1);
    }
  });

  it("refuses values of the wrong type, and what is no JSON object", async () => {
    for (const key of Object.keys(good ?? {})) {
      for (const value of [5, null, {}, ["a"], { $ne: "" }, ""]) {
        const answer = await send({ body: { ...good, [key]: value } });
        expect([key, value, answer.status, answer.body.error?.code]).toEqual([
          key,
          value,
          400,
          "BAD_REQUEST",
        ]);
      }
    }
    for (const raw of ["", "{", "[]", "null", '"text"', "5"])
      expect([raw, (await send({ raw })).status]).toEqual([raw, 400]);
  });

  it("refuses what is no JSON by its type, and what is too large", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
      expect([type, (await send({ body: good, headers: { "content-type": type } })).status]).toEqual([
        type,
        415,
      ]);
    expect((await send({ raw: " ".repeat(16 * 1024 + 1) })).status).toBe(413);
  });

  it("refuses other sites", async () => {
    const before = await countRows();
    const port = house.runtime.env.port;
    const origins = [
      "https://evil.example",
      "null",
      `https://localhost:${port}`,
      `http://localhost:${port + 1}`,
    ];
    for (const origin of [...origins, `http://localhost:${port}.evil.example`, ""]) {
      const answer = await send({ body: good, headers: { origin, "sec-fetch-site": "same-origin" } });
      expect([origin, answer.status, answer.body.error?.code]).toEqual([origin, 403, "CROSS_SITE_REQUEST"]);
    }
    expect(await countRows()).toEqual(before);
  });
});

describe("the names of this machine", () => {
  it.each(["localhost", "127.0.0.1", "[::1]"])("http://%s on our port is our own site", async (host) => {
    const origin = `http://${host}:${house.runtime.env.port}`;
    const answer = await sendAuth(house, "POST", "/sign-in/email", {
      body: GOOD_BODIES["/sign-in/email"],
      headers: { origin },
    });
    expect(answer.status, answer.text).toBe(200);
  });
});

describe("what goes around the rules", () => {
  it("a query string does not spare a password its check", async () => {
    const body = { name: "New", email: "query@example.com", password: "password123" };
    const answer = await sendAuth(house, "POST", "/sign-up/email?x=/sign-up/email?", { body });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "PASSWORD_TOO_COMMON"]);
  });

  it.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])(
    "the way on to %s is refused",
    async (callbackURL) => {
      const body = { ...GOOD_BODIES["/sign-in/email"], callbackURL };
      expect((await sendAuth(house, "POST", "/sign-in/email", { body })).status).toBe(400);
      const query = new URLSearchParams({ token: "x.y.z", callbackURL });
      const verify = await sendAuth(house, "POST", `/verify-email?${query}`, {
        body: { token: "x.y.z" },
      });
      expect(verify.headers.get("location") ?? "").not.toMatch(/evil|javascript/);
      expect(verify.status).toBeGreaterThanOrEqual(400);
    },
  );

  it("no answer may be kept or read by another site", async () => {
    const headers = { cookie, origin: "https://evil.example" };
    const answer = await sendAuth(house, "GET", "/get-session", { headers });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});
