import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendAuth } from "@/tests/support/browser";
import { type House, openHouse } from "@/tests/support/house";
import { askPyJwt, hasPyJwt } from "@/tests/support/python";
import { claimsIn, keyOfHouse, makeKey, sendTokens, signed, tampered } from "@/tests/support/tokens";

const isPyJwtThere = hasPyJwt();

describe.runIf(isPyJwtThere)("a verifier in Python, with our JWKS alone", () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house.close());

  it("takes what we issue, and refuses what is expired, for others, tampered with or by another key", async () => {
    const person = await house.person();
    const jwks = (await sendAuth(house, "GET", "/.well-known/jwks.json")).body;
    const { body } = await sendTokens(house, "/token", {}, { cookie: person.cookie });
    const { accessToken: token } = body;
    const key = await keyOfHouse(house);
    const claims = claimsIn(token);
    const now = Math.floor(Date.now() / 1000);
    const { issuer, audience } = house.runtime.env.tokens;
    const tokens = [
      token,
      await signed(key, { ...claims, iat: now - 900, exp: now - 600 }),
      await signed(key, { ...claims, aud: "other-api" }),
      await signed(key, { ...claims, iss: "https://elsewhere.example" }),
      tampered(token),
      await signed(await makeKey(key.kid), claims),
      await signed(await makeKey(), claims),
    ];
    expect(askPyJwt({ jwks, issuer, audience, tokens })).toEqual([
      person.userId,
      "ExpiredSignatureError",
      "InvalidAudienceError",
      "InvalidIssuerError",
      "InvalidSignatureError",
      "InvalidSignatureError",
      "KeyError",
    ]);
  });
});
