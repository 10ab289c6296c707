import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { providerIdOf } from "@/server/identity/oidc/issuer";
import { cookieOf, sendAuth } from "@/tests/support/browser";
import { type HostileProvider, startHostileProvider } from "@/tests/support/hostile-provider";
import { type House, openHouse, openHouseOn } from "@/tests/support/house";
import { begin, comeBack, type Errand, problem, wayOf } from "@/tests/support/oidc-browser";

let evil: HostileProvider;
let house: House;
beforeAll(async () => {
  evil = await startHostileProvider();
  house = await openHouse({ oidc: evil.settings });
}, 60_000);
afterEach(() => {
  Object.assign(evil, { metadata: {}, userinfo: {}, status: 200 });
});
afterAll(async () => {
  await house.close();
  await evil.close();
});

const PERSON = { sub: "somebody", email: "somebody@example.com", email_verified: true };
const none = Buffer.from('{"alg":"none"}').toString("base64url");

/** One sign-in, in which the token endpoint answers what `tokens` makes. */
async function signInWith(tokens: (errand: Errand) => Promise<Record<string, unknown> | string>, at = house) {
  const errand = await begin(at);
  evil.tokens = () => tokens(errand);
  const path = `/api/auth/callback/${providerIdOf(evil.settings.issuer)}?code=x&state=${errand.state}`;
  return { errand, answer: await comeBack(at, path, errand.cookie) };
}

type Sign = Parameters<HostileProvider["sign"]>;
const withToken = (changes: Sign[0], options?: Sign[1]) =>
  signInWith(async ({ nonce }) => ({
    access_token: "a",
    id_token: await evil.sign({ ...PERSON, nonce, ...changes }, options),
  }));

describe("an ID token", () => {
  it("that is good is taken: what is refused below is refused for its one fault", async () => {
    const { answer, errand } = await withToken({});
    expect(wayOf(answer)).toBe("302 /w/home?a=b");
    const verifier = evil.exchanged.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    expect(errand.url.searchParams.get("code_challenge")).toBe(challenge);
    const cookie = cookieOf(answer);
    expect((await house.call(null, "me.get", undefined, { cookie })).text).toContain(PERSON.email);
  });

  it.each<[string, Sign[0], Sign[1]?]>([
    ["of another nonce", { nonce: "another" }],
    ["of no nonce", { nonce: undefined }],
    ["for another audience", { aud: "other-client" }],
    ["for several, without saying which", { aud: ["holdfast", "other-client"] }],
    ["for several, and made for another", { aud: ["holdfast", "other-client"], azp: "other-client" }],
    ["of another issuer", { iss: "https://evil.example" }],
    ["of no issuer", { iss: undefined }],
    ["that has expired", { exp: Math.floor(Date.now() / 1000) - 60 }],
    ["that never expires", { exp: undefined }],
    ["that was made an hour ago", { iat: Math.floor(Date.now() / 1000) - 3600 }],
    ["that was never made", { iat: undefined }],
    ["that is not valid yet", { nbf: Math.floor(Date.now() / 1000) + 300 }],
    ["of nobody", { sub: undefined }],
    ["of an empty subject", { sub: "" }],
    ["of a subject that is no text", { sub: 7 }],
    ["of an overlong subject", { sub: "x".repeat(256) }],
    ["signed by another key", {}, { key: "other" }],
    ["signed with the client's secret", {}, { key: "secret" }],
    ["under a key that the provider does not have", {}, { header: { kid: "two" } }],
  ])("%s is refused", async (_, changes, options) => {
    const { answer } = await withToken(changes, options);
    expect(wayOf(answer)).toBe(problem("OIDC_TOKEN"));
    expect((await house.call(null, "me.get", undefined, { cookie: cookieOf(answer) })).status).toBe(401);
  });

  it.each<[string, (token: string) => Record<string, unknown> | string, string]>([
    ["that is not there", () => ({ access_token: "a" }), "OIDC_CODE"],
    ["that is no text", () => ({ access_token: "a", id_token: 7 }), "OIDC_CODE"],
    ["that is no token", () => ({ access_token: "a", id_token: "abc" }), "OIDC_TOKEN"],
    [
      "that nobody signed",
      (token) => ({ access_token: "a", id_token: `${none}.${token.split(".")[1]}.` }),
      "OIDC_TOKEN",
    ],
    [
      "whose signature was cut off",
      (token) => ({ access_token: "a", id_token: token.slice(0, -20) }),
      "OIDC_TOKEN",
    ],
    ["in an answer that is no JSON", () => "<html>", "OIDC_CODE"],
    ["in an answer without end", () => `"${"x".repeat(400_000)}"`, "OIDC_CODE"],
    ["in a list", () => "[]", "OIDC_CODE"],
  ])("%s is refused", async (_, tokens, code) => {
    const { answer } = await signInWith(async ({ nonce }) => tokens(await evil.sign({ ...PERSON, nonce })));
    expect(wayOf(answer)).toBe(problem(code));
  });

  it("of an earlier sign-in is refused in a later one", async () => {
    let stolen = "";
    await signInWith(async ({ nonce }) => {
      stolen = await evil.sign({ ...PERSON, nonce });
      return { access_token: "a", id_token: stolen };
    });
    const { answer } = await signInWith(async () => ({ access_token: "a", id_token: stolen }));
    expect(wayOf(answer)).toBe(problem("OIDC_TOKEN"));
  });
});

describe("the user info", () => {
  it("of another subject is refused, and never outweighs what was signed", async () => {
    evil.userinfo = { ...PERSON, sub: "somebody-else" };
    expect(wayOf((await withToken({ email: undefined })).answer)).toBe(problem("OIDC_TOKEN"));
    evil.userinfo = { ...PERSON, sub: "two", email: "two@example.com" };
    const { answer } = await withToken({ sub: "two", email: undefined, email_verified: false });
    expect(wayOf(answer)).toBe("302 /w/home?a=b");
    const [row] = await house.admin`select email_verified from "user" where email = 'two@example.com'`;
    expect(row?.email_verified).toBe(false);
  });
});

describe("a provider", () => {
  const start = (at: House) =>
    sendAuth(at, "POST", "/sign-in/social", {
      body: { provider: providerIdOf(evil.settings.issuer), callbackURL: "/" },
    });

  it.each<[string, object]>([
    ["of another issuer", { issuer: "https://evil.example" }],
    ["without keys", { jwks_uri: undefined }],
    ["that signs with shared secrets only", { id_token_signing_alg_values_supported: ["HS256", "none"] }],
    ["that sends people to a script", { authorization_endpoint: "javascript:alert(1)" }],
  ])("whose metadata are those of one %s is not asked; once they are good it is", async (_, metadata) => {
    const fresh = await openHouse({ oidc: evil.settings });
    evil.metadata = metadata as Record<string, unknown>;
    const answer = await start(fresh);
    expect([answer.status, answer.body.error?.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    evil.metadata = {};
    expect((await start(fresh)).status).toBe(200);
    await fresh.close();
  });

  it("that fails or sends us elsewhere lets nobody in, and is never a 500", async () => {
    for (const status of [400, 500, 302]) {
      evil.status = status;
      expect(wayOf((await signInWith(async () => ({ error: "evil text" }))).answer)).toBe(
        problem("OIDC_CODE"),
      );
    }
  });

  it("of another issuer knows nobody of this one, though it says the same subject", async () => {
    const second = await startHostileProvider();
    const two = await openHouseOn(house.database, {
      oidc: second.settings,
      authSecrets: house.runtime.env.authSecrets,
    });
    const errand = await begin(two);
    second.tokens = async () => ({
      access_token: "a",
      id_token: await second.sign({ ...PERSON, email: "thief@example.com", nonce: errand.nonce }),
    });
    const path = `/api/auth/callback/${providerIdOf(second.settings.issuer)}?code=x&state=${errand.state}`;
    const cookie = cookieOf(await comeBack(two, path, errand.cookie));
    expect((await two.call(null, "me.get", undefined, { cookie })).text).toContain("thief@example.com");
    await two.runtime.close();
    await second.close();
  });
});
