import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { auditRows } from "@/tests/support/team";

let house: House;
let people: Person[];
beforeAll(async () => {
  house = await openHouse({ databasePool: 20 });
  people = await Promise.all(Array.from({ length: 50 }, () => house.person()));
});
beforeEach(async () => {
  await house.admin`update "user" set role = 'user' where role = 'admin'`;
  await house.admin`delete from first_admin_link`;
});
afterAll(() => house.close());

const linkToken = async () => (await house.runtime.firstAdminLink())?.split("#")[1] ?? "";
const claim = (person: Person, token: string) => house.call(person, "user.claimFirstAdmin", { token });
const admins = async () =>
  (await house.admin<{ id: string }[]>`select id from "user" where role = 'admin'`).map(({ id }) => id);
const someone = (index = 0): Person => people[index] as Person;

describe("the link that makes the first admin", () => {
  it("makes one of fifty people that use it at once", async () => {
    const token = await linkToken();
    const before = await auditRows(house);
    const answers = await Promise.all(people.map((person) => claim(person, token)));
    const winners = people.filter((_, index) => answers[index]?.status === 200);
    expect(winners).toHaveLength(1);
    expect(await admins()).toEqual([winners[0]?.userId]);
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(answer.text).toBe(FORBIDDEN);
    expect((await auditRows(house)) - before).toBe(1);
  });

  it("works once of fifty times that one person uses it", async () => {
    const token = await linkToken();
    const answers = await Promise.all(people.map(() => claim(someone(), token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(answer.text).toBe(FORBIDDEN);
    expect(await admins()).toEqual([someone().userId]);
  });

  it("gives the one who used it what an admin may, at once", async () => {
    expect((await house.call(someone(), "securityEvent.list", {})).text).toBe(FORBIDDEN);
    expect((await claim(someone(), await linkToken())).body.result?.data).toEqual({ id: someone().userId });
    expect((await house.call(someone(), "securityEvent.list", {})).status).toBe(200);
  });

  const dead: [name: string, end: (token: string) => Promise<unknown>][] = [
    ["that has expired", async () => house.admin`update first_admin_link set expires_at = now()`],
    [
      "that is spent, though its admin is none any more",
      async (token) => {
        await claim(someone(1), token);
        await house.admin`update "user" set role = 'user' where role = 'admin'`;
      },
    ],
    ["in whose place there is a newer one", async () => linkToken()],
    [
      "once there is an admin otherwise",
      async () => {
        await house.admin`update "user" set role = 'admin' where id = ${someone(2).userId}`;
        await house.admin`update "user" set role = 'user' where id = ${someone(2).userId}`;
      },
    ],
    ["once an admin was added as such", async () => house.person({ role: "admin" })],
    ["that is gone", async () => house.admin`delete from first_admin_link`],
  ];
  it.each(dead)("%s is the uniform 403, and makes nobody admin", async (_, end) => {
    const token = await linkToken();
    await end(token);
    const before = await admins();
    expect((await claim(someone(), token)).text).toBe(FORBIDDEN);
    expect(await admins()).toEqual(before);
  });

  it("is not guessed: an unknown secret, the digest itself, another case", async () => {
    const token = await linkToken();
    const digest = createHash("sha256").update(token).digest("base64url");
    for (const guess of [randomBytes(32).toString("base64url"), digest, swapCase(token)]) {
      expect((await claim(someone(), guess)).text).toBe(FORBIDDEN);
    }
    expect(await admins()).toEqual([]);
    expect((await claim(someone(), token)).status).toBe(200);
  });

  it("is not issued while there is an admin, and kept as a digest only", async () => {
    const token = await linkToken();
    expect(token).toMatch(/^[\w-]{43}$/);
    const [row] =
      await house.admin`select digest, expires_at <= now() + interval '1 hour' as soon from first_admin_link`;
    expect(row).toEqual({ digest: createHash("sha256").update(token).digest("base64url"), soon: true });
    await house.admin`update "user" set role = 'admin' where id = ${someone().userId}`;
    expect(await house.runtime.firstAdminLink()).toBeNull();
  });

  it("carries its secret where no server and no log of one sees it", async () => {
    const url = new URL((await house.runtime.firstAdminLink()) ?? "");
    expect([url.origin, url.pathname, url.search]).toEqual([house.runtime.env.baseUrl, "/first-admin", ""]);
    expect(url.hash).toHaveLength(44);
  });

  it("asks for a session", async () => {
    const token = await linkToken();
    const answer = await house.call(null, "user.claimFirstAdmin", { token });
    expect(answer.status).toBe(401);
    expect(await admins()).toEqual([]);
  });
});

const swapCase = (text: string) =>
  text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
