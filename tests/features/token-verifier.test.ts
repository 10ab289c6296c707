import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createVerifier } from "@/server/identity/tokens/verify";
import {
  encoded,
  goodClaims,
  makeKey,
  PARTIES,
  signed,
  type TestKey,
  tampered,
} from "@/tests/support/tokens";

const NOW = 1_800_000_000;

let ours: TestKey;
let theirs: TestKey;
let known: Map<string, TestKey>;
let now = NOW * 1000;
let looks = 0;
beforeAll(async () => {
  ours = await makeKey("ours");
  theirs = await makeKey("theirs");
  // Also under what a missing id would be read as.
  known = new Map([ours.kid, "undefined", ""].map((kid) => [kid, ours]));
});

const ring = {
  known: (kid: string) => known.get(kid)?.verify,
  find: async (kid: string) => {
    looks++;
    return known.get(kid)?.verify;
  },
};
const verifier = (most?: number) =>
  createVerifier({ ring, ...PARTIES, now: () => now, ...(most && { most }) });
const faultOf = async (token: string) => {
  const verified = await verifier()(token);
  return "fault" in verified ? verified.fault : "good";
};

describe("a token of ours", () => {
  it("is good, and says whose it is", async () => {
    const claims = goodClaims(NOW);
    expect(await verifier()(await signed(ours, claims))).toEqual({ claims });
  });

  it("is good with nbf in the past, and within the tolerance of clocks", async () => {
    expect(await faultOf(await signed(ours, { ...goodClaims(NOW), nbf: NOW }))).toBe("good");
    expect(await faultOf(await signed(ours, { ...goodClaims(NOW), iat: NOW + 4, nbf: NOW + 4 }))).toBe(
      "good",
    );
    expect(await faultOf(await signed(ours, { ...goodClaims(NOW), iat: NOW - 304, exp: NOW - 4 }))).toBe(
      "good",
    );
  });

  it("expires, and says so", async () => {
    expect(await faultOf(await signed(ours, { ...goodClaims(NOW), iat: NOW - 305, exp: NOW - 5 }))).toBe(
      "TOKEN_EXPIRED",
    );
    const token = await signed(ours, goodClaims(NOW));
    const verify = verifier();
    expect(await verify(token)).toHaveProperty("claims");
    now += 305_000;
    expect(await verify(token)).toEqual({ fault: "TOKEN_EXPIRED" });
    now = NOW * 1000;
  });

  it("is refused when it lives longer than ours do", async () => {
    expect(await faultOf(await signed(ours, { ...goodClaims(NOW), iat: NOW - 400, exp: NOW + 300 }))).toBe(
      "TOKEN_EXPIRED",
    );
  });

  it("is remembered until its key is retired, and no more of them than fit", async () => {
    const verify = verifier(2);
    const token = await signed(ours, goodClaims(NOW));
    expect(await verify(token)).toHaveProperty("claims");
    known.delete(ours.kid);
    expect(await verify(token)).toEqual({ fault: "UNAUTHORIZED" });
    known.set(ours.kid, ours);
    const first = await verify(token);
    expect(await verify(token)).toHaveProperty("claims", "claims" in first && first.claims);
    for (let more = 0; more < 3; more++) await verify(await signed(ours, goodClaims(NOW)));
    const again = await verify(token);
    // Verified anew: equal, and no longer the same.
    expect("claims" in again && "claims" in first && again.claims !== first.claims).toBe(true);
  });
});

const b64 = (text: string) => Buffer.from(text).toString("base64url");
const good = () => goodClaims(NOW);
type Make = () => string | Promise<string>;

const FORGED: [string, Make][] = [
  ["of another's key under our key id", () => signed({ kid: "ours", sign: theirs.sign }, good())],
  ["under a key id that nobody has", () => signed(theirs, good())],
  ["with one bit of its signature flipped", async () => tampered(await signed(ours, good()))],
  [
    "with the claims of another, richer one",
    async () => {
      const [head, , signature] = (await signed(ours, good())).split(".");
      return `${head}.${encoded({ ...good(), roles: ["admin"] })}.${signature}`;
    },
  ],
  ["that needs no signature", () => `${encoded({ alg: "none", typ: "at+jwt" })}.${encoded(good())}.`],
  [
    "that says it needs no signature, and has one",
    async () => {
      const [, body, signature] = (await signed(ours, good())).split(".");
      return `${encoded({ alg: "none", typ: "at+jwt", kid: "ours" })}.${body}.${signature}`;
    },
  ],
  [
    "by HMAC with the public key",
    () => {
      const input = `${encoded({ alg: "HS256", typ: "at+jwt", kid: "ours" })}.${encoded(good())}`;
      return `${input}.${createHmac("sha256", ours.publicText).update(input).digest("base64url")}`;
    },
  ],
  [
    "of another algorithm by the same key",
    () => `${encoded({ alg: "PS256", typ: "at+jwt", kid: "ours" })}.${encoded(good())}.AAAA`,
  ],
  ["without a key id", () => signed(ours, good(), { kid: undefined })],
  ["with an empty key id", () => signed(ours, good(), { kid: "" })],
  ["of type JWT", () => signed(ours, good(), { typ: "JWT" })],
  ["without a type", () => signed(ours, good(), { typ: undefined })],
  ...["jku", "x5u", "jwk", "x5c", "x5t"].map((name): [string, Make] => [
    `with ${name} in its header`,
    () => signed(ours, good(), { [name]: "https://elsewhere.example/keys" }),
  ]),
  ["with a critical parameter", () => signed(ours, good(), { crit: ["x"], x: 1 })],
  [
    "of another issuer, signed by our key",
    () => signed(ours, { ...good(), iss: "https://elsewhere.example" }),
  ],
  ["for another audience, signed by our key", () => signed(ours, { ...good(), aud: "other-api" })],
  ["for several audiences", () => signed(ours, { ...good(), aud: [PARTIES.audience, "other-api"] })],
  ["that is not valid yet", () => signed(ours, { ...good(), nbf: NOW + 60 })],
  ["issued in the future", () => signed(ours, { ...good(), iat: NOW + 60, exp: NOW + 360 })],
  ...["iss", "aud", "sub", "user_id", "roles", "sid", "jti", "iat", "exp"].map((name): [string, Make] => [
    `without ${name}`,
    () => signed(ours, { ...good(), [name]: undefined }),
  ]),
  ["whose sub and user_id differ", () => signed(ours, { ...good(), user_id: goodClaims(NOW).sub })],
  ["whose roles are text", () => signed(ours, { ...good(), roles: "admin" })],
  ["whose roles hold a number", () => signed(ours, { ...good(), roles: [1] })],
  ["whose session is no id", () => signed(ours, { ...good(), sid: "x" })],
  ["whose subject is no id", () => signed(ours, { ...good(), sub: "x", user_id: "x" })],
  ["whose expiry is text", () => signed(ours, { ...good(), exp: String(NOW + 300) as never })],
  ["with a claim that we never make", () => signed(ours, { ...good(), scope: "all" })],
  ["longer than 4 kB", () => signed(ours, { ...good(), roles: Array(600).fill("user") })],
];

describe("a token that is refused", () => {
  it.each(FORGED)("%s", async (_, make) => {
    expect(await faultOf(await make())).toBe("UNAUTHORIZED");
  });

  it.each([
    "",
    "x",
    "a.b",
    "a.b.c",
    "a.b.c.d",
    "..",
    "💥.💥.💥",
    `${b64("[]")}.${b64("{}")}.AA`,
    `${b64("{}")}.${b64("null")}.AA`,
  ])("that is none: %j", async (token) => {
    expect(await faultOf(token)).toBe("UNAUTHORIZED");
  });

  it("costs no look for a key when its form, header or time is wrong", async () => {
    looks = 0;
    await faultOf(await signed(theirs, good(), { jku: "https://elsewhere.example" }));
    await faultOf(await signed(theirs, { ...good(), roles: Array(600).fill("user") }));
    await faultOf(await signed(theirs, { ...good(), iat: NOW - 900, exp: NOW - 600 }));
    expect(looks).toBe(0);
    await faultOf(await signed(theirs, good()));
    expect(looks).toBe(1);
  });
});
