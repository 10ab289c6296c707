import { afterAll, beforeAll, expect, it } from "vitest";
import { connect, type Sql } from "@/db/client";
import { encryptionKey } from "@/server/identity/encryption-key";
import { reencryptTotp } from "@/server/identity/factors/reencryption";
import { currentSecret, type DatedVersions } from "@/server/platform/secrets/versions";
import { signIn } from "@/tests/support/browser";
import { codeOf, enrolled, firstStep, verify } from "@/tests/support/factors";
import { type House, openHouse } from "@/tests/support/house";

const SECOND = "Rj7vQ2mX9kLp4sTz8wBn3cYd6fHg1aEu";

let house: House;
let sql: Sql;
beforeAll(async () => {
  house = await openHouse();
  sql = connect(house.database.authUrl, { max: 1, prepare: true });
});
afterAll(async () => {
  await sql.end();
  await house.close();
});

const stored = async (userId: string) => {
  const [row] = await house.admin<{ secret: string }[]>`select secret from totp where user_id = ${userId}`;
  return row?.secret ?? "";
};

it("a code is good when the version that encrypted its secret is gone", async () => {
  const ada = await enrolled(house, "reencrypted@example.com");
  const first = currentSecret(house.runtime.secrets.auth());
  const both: DatedVersions = {
    current: 2,
    secrets: new Map([
      [2, SECOND],
      [1, first],
    ]),
    ends: new Map([[1, Date.now()]]),
  };
  expect(await stored(ada.userId)).toMatch(/^\$ba\$1\$/);
  expect(await reencryptTotp(sql, encryptionKey(both))).toBe(1);
  expect(await stored(ada.userId)).toMatch(/^\$ba\$2\$/);
  // Nothing is left to do, and who is behind does not take it back.
  expect(await reencryptTotp(sql, encryptionKey(both))).toBe(0);
  expect(await reencryptTotp(sql, encryptionKey(house.runtime.secrets.auth()))).toBe(0);
  house.runtime.secrets.replace({
    auth: { current: 2, secrets: new Map([[2, SECOND]]), ends: new Map() },
    audit: house.runtime.secrets.audit(),
  });
  const answer = await verify(house, "totp", await firstStep(house, ada.email), await codeOf(ada.secret));
  expect(answer.status).toBe(200);
  expect((await signIn(house, ada.email)).body.twoFactorRedirect).toBe(true);
});
