import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handleAuth } from "@/server/http/auth";
import { sendAuth } from "@/tests/support/browser";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { appended, refusals } from "@/tests/support/refusals";
import { claimsIn, keyOfHouse, sendTokens, signed, tampered } from "@/tests/support/tokens";

let house: House;
let door: Door;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  door = await openDoor(house);
  person = await house.person();
});
afterAll(async () => {
  await door.close();
  await house.close();
});

const tokenOf = async ({ cookie }: Person) => {
  const { status, body } = await sendTokens(house, "/token", {}, { cookie });
  expect(status).toBe(200);
  return body.accessToken;
};
const withToken = (token: string) => ({ authorization: `Bearer ${token}` });
const callWith = (token: string, path = "me.get") => house.call(null, path, undefined, withToken(token));
const sessionIn = async ({ userId }: Person) => {
  const [row] = await house.admin<{ id: string }[]>`select id from session where user_id = ${userId}`;
  return row?.id ?? "";
};

describe("an access token from a session", () => {
  it("has our claims and header, and no more", async () => {
    const token = await tokenOf(person);
    const { iat, jti, ...claims } = claimsIn(token);
    const { baseUrl } = house.runtime.env;
    expect(claims).toEqual({
      ...{ iss: baseUrl, aud: baseUrl, sub: person.userId, user_id: person.userId, roles: ["user"] },
      ...{ sid: await sessionIn(person), exp: Number(iat) + 300 },
    });
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
    const header = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
    expect(header).toEqual({ alg: "RS256", typ: "at+jwt", kid: (await keyOfHouse(house)).kid });
  });

  it("comes without a refresh token, by POST and by GET alike", async () => {
    const posted = await sendTokens(house, "/token", {}, { cookie: person.cookie });
    const got = await sendAuth(house, "GET", "/token", { headers: { cookie: person.cookie } });
    for (const { body, headers } of [posted, got]) {
      expect(Object.keys(body).sort()).toEqual(["accessToken", "expiresIn", "tokenType"]);
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  it("is for nobody without a session, nor for another token", async () => {
    const token = await tokenOf(person);
    for (const headers of [{}, { cookie: "holdfast.session_token=x.y" }, withToken(token)]) {
      expect((await sendTokens(house, "/token", {}, headers)).status).toBe(401);
      expect((await sendAuth(house, "GET", "/token", { headers })).status).toBe(401);
    }
  });

  it("is given to no page of another site", async () => {
    const headers = { cookie: person.cookie, origin: "https://elsewhere.example" };
    expect((await sendTokens(house, "/token", {}, headers)).status).toBe(403);
  });

  it("calls as that person, by the record and not by its claims", async () => {
    const { body } = await callWith(await tokenOf(person));
    const { body: byCookie } = await house.call(person, "me.get");
    expect(body.result).toEqual(byCookie.result);
    const richer = await signed(await keyOfHouse(house), {
      ...claimsIn(await tokenOf(person)),
      roles: ["admin"],
    });
    expect((await callWith(richer, "alert.list")).status).toBe(403);
    const principal = await house.runtime.identify(new Headers(withToken(richer)));
    expect(principal).toMatchObject({ kind: "token", platformRole: "user", provenAt: null });
  });

  it("proves nobody's presence, whatever its session has", async () => {
    const here = await house.person();
    await house.admin`update session set proven_at = now() where user_id = ${here.userId}`;
    const { provenAt } = await house.runtime.identify(new Headers({ cookie: here.cookie }));
    expect(provenAt).not.toBeNull();
    const byToken = await house.runtime.identify(new Headers(withToken(await tokenOf(here))));
    expect(byToken.provenAt).toBeNull();
  });

  it("is refused when it names another's session", async () => {
    const other = await house.person();
    const claims = { ...claimsIn(await tokenOf(person)), sid: await sessionIn(other) };
    expect((await callWith(await signed(await keyOfHouse(house), claims))).status).toBe(401);
    const unknown = { ...claims, sid: v7() };
    expect((await callWith(await signed(await keyOfHouse(house), unknown))).status).toBe(401);
  });

  it.each([
    ["its session is revoked", (id: string) => house.admin`delete from session where user_id = ${id}`],
    [
      "its session is over",
      (id: string) => house.admin`update session set expires_at = now() where user_id = ${id}`,
    ],
    ["its owner is banned", (id: string) => house.admin`update "user" set banned = true where id = ${id}`],
  ])("ends within a second when %s", async (_, end) => {
    const leaver = await house.person();
    const token = await tokenOf(leaver);
    expect((await callWith(token)).status).toBe(200);
    await end(leaver.userId);
    await expect.poll(async () => (await callWith(token)).status, { timeout: 1_000 }).toBe(401);
  });
});

describe("a call with a token", () => {
  const raw = async (head: string, path = "/api/trpc/me.get") => {
    const answer = await door.raw(
      `GET ${path} HTTP/1.1\nHost: 127.0.0.1:${door.port}\n${head}Connection: close\n\n`,
    );
    const [, status = "0"] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? [];
    const challenge = /www-authenticate: ([^\r]*)/i.exec(answer)?.[1];
    return { status: Number(status), challenge, code: /"code":"([A-Z_]+)"/.exec(answer)?.[1] };
  };

  it("has exactly one well-formed header", async () => {
    const token = await tokenOf(person);
    expect((await raw(`Authorization: Bearer ${token}\n`)).status).toBe(200);
    const bad = [
      `Authorization: bearer ${token}\n`,
      `Authorization: BEARER ${token}\n`,
      `Authorization: Bearer  ${token}\n`,
      `Authorization: Bearer ${token} \tx\n`,
      `Authorization: Bearer ${token},${token}\n`,
      `Authorization: ${token}\n`,
      `Authorization: Token ${token}\n`,
      "Authorization: Bearer\n",
      `Authorization: Bearer ${token}\nAuthorization: Bearer ${token}\n`,
      `Authorization: Bearer ${token}\nCookie: ${person.cookie}\n`,
      `Authorization: Bearer ${token}\nCookie: holdfast.session_token=x.y\n`,
      `Authorization: Bearer ${token}\nX-Api-Key: hf_x\n`,
    ];
    for (const head of bad) expect([head, (await raw(head)).status]).toEqual([head, 401]);
    for (const name of ["access_token", "token", "authorization"])
      expect((await raw("", `/api/trpc/me.get?${name}=${token}`)).status).toBe(401);
  });

  it("is told how to come in, and that its token is none or over", async () => {
    const token = await tokenOf(person);
    const old = await signed(await keyOfHouse(house), {
      ...claimsIn(token),
      iat: 1_700_000_000,
      exp: 1_700_000_300,
    });
    for (const path of ["/api/trpc/me.get", "/api/v1/me"]) {
      expect(await raw("", path)).toEqual({ status: 401, challenge: "Bearer", code: "UNAUTHORIZED" });
      expect(await raw(`Authorization: Bearer ${old}\n`, path)).toEqual({
        ...{ status: 401, challenge: 'Bearer error="invalid_token"', code: "TOKEN_EXPIRED" },
      });
      expect(await raw("Authorization: Bearer x.y.z\n", path)).toEqual({
        ...{ status: 401, challenge: 'Bearer error="invalid_token"', code: "UNAUTHORIZED" },
      });
    }
  });

  it("is told the same by the mounts that have no gate before them", async () => {
    const old = await signed(await keyOfHouse(house), {
      ...claimsIn(await tokenOf(person)),
      ...{ iat: 1_700_000_000, exp: 1_700_000_300 },
    });
    const answer = await callWith(old);
    expect([answer.status, answer.body.error?.data.code, answer.headers.get("www-authenticate")]).toEqual([
      ...[401, "TOKEN_EXPIRED", 'Bearer error="invalid_token"'],
    ]);
    const none = await house.call(null, "me.get");
    expect(none.headers.get("www-authenticate")).toBe("Bearer");
  });

  it("reaches no handler when its token is bad, and leaves evidence", async () => {
    let reached = 0;
    const handle = async () => {
      reached++;
      return new Response("{}");
    };
    const mount = {
      prefix: "/api/trpc",
      places: "calls" as const,
      wantsCredential: true,
      crossOrigin: false,
      envelope: () => ({}),
      handle,
    };
    const bare = await openDoor(house, { mounts: [mount] });
    const send = (token: string) =>
      bare.raw(
        `GET /api/trpc/me.get HTTP/1.1\nHost: 127.0.0.1:${bare.port}\nAuthorization: Bearer ${token}\nConnection: close\n\n`,
      );
    const token = await tokenOf(person);
    for (const bad of ["x.y.z", tampered(token)]) expect(await send(bad)).toMatch(/^HTTP\/1\.1 401 /);
    expect(reached).toBe(0);
    expect(await send(token)).toMatch(/^HTTP\/1\.1 200 /);
    expect(reached).toBe(1);
    await bare.close();
    await appended(house);
    const seen = await refusals(
      house,
      house.admin`reason in ('TOKEN_INVALID', 'TOKEN_EXPIRED') and target = 'gate'`,
    );
    expect(new Set(seen.map(({ action, outcome }) => `${action} ${outcome}`))).toEqual(
      new Set(["authn_credential_invalid failure"]),
    );
  });
});

describe("the JWKS", () => {
  it("is public halves only, for anybody, and may be kept", async () => {
    const { baseUrl } = house.runtime.env;
    const answer = await handleAuth(house.runtime, new Request(`${baseUrl}/api/auth/.well-known/jwks.json`));
    expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const { keys } = (await answer.json()) as { keys: Record<string, string>[] };
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect(keys[0]).toMatchObject({
      alg: "RS256",
      use: "sig",
      kty: "RSA",
      kid: (await keyOfHouse(house)).kid,
    });
  });

  it("is kept with encrypted private halves, under a secret that is named by its version", async () => {
    const [row] = await house.admin`select private_key from jwks`;
    expect(JSON.parse(row?.private_key)).toMatch(/^\$ba\$1\$[0-9a-f]+$/);
  });
});
