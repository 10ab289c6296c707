import { v4 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { invitationDigest } from "@/server/identity/invitation-link";
import type { Letter } from "@/server/platform/mail/letter";
import { dataOf, expectConflict, FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { makePeople, makeTeam, type People, WORKSPACE_ROLES } from "@/tests/support/team";

let house: House;
let people: People;
let team: string;
let guest: Person;
const letters: Letter[] = [];
beforeAll(async () => {
  house = await openHouse({ databasePool: 20 });
  house.runtime.postMail = (letter) => letters.push(letter);
  people = await makePeople(house);
});
beforeEach(async () => {
  letters.length = 0;
  team = await makeTeam(house, people);
  guest = await house.person();
  await confirm(guest);
});
afterAll(() => house.close());

const at = (workspaceId = team) => ({ "x-workspace-id": workspaceId });
const confirm = ({ userId }: Person, isConfirmed = true) =>
  house.admin`update "user" set email_verified = ${isConfirmed} where id = ${userId}`;
const invite = (email: string, role?: string, by = people.owner) =>
  house.call(by, "member.invite", { email, ...(role && { role }) }, at());
const accept = (by: Person, token: string) => house.call(by, "invitation.accept", { token });
/** The secret in the newest letter. */
const newestToken = () => /#([\w-]{43})\./.exec(letters.at(-1)?.text ?? "")?.[1] ?? "no letter";
const tokenFor = async (email: string, role?: string, by = people.owner) => {
  dataOf(await invite(email, role, by));
  return newestToken();
};

describe("inviting", () => {
  it("posts a letter with a link, and tells nobody the secret: not the answer, not the row", async () => {
    const answer = await invite(guest.email, "viewer");
    const made = dataOf<{ id: string; expiresAt: string }>(answer);
    const [letter] = letters;
    const token = newestToken();
    expect(letter).toMatchObject({ to: guest.email, text: expect.stringContaining("A team") });
    expect(letter?.text).toContain(`${house.runtime.env.baseUrl}/invitation#${token}.`);
    expect(answer.text).not.toContain(token);
    const rows =
      await house.admin`select t::text as line, token_digest from invitation t where id = ${made.id}`;
    expect(rows[0]?.line).not.toContain(token);
    expect(rows[0]?.token_digest).toBe(invitationDigest(token));
    const days = (Date.parse(made.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7);
  });

  it("answers and writes alike for an address of nobody's, of somebody's and of a member's", async () => {
    await confirm(guest, false);
    const stripped = async (email: string) => {
      const answer = await invite(email, "member");
      const text = answer.text
        .replaceAll(email, "<email>")
        .replace(/"id":"[^"]+"/, '"id":""')
        .replace(/"expiresAt":"[^"]+"/, '"expiresAt":""');
      const headers = [...answer.headers].filter(([name]) => !/^(x-request-id|ratelimit|date)/.test(name));
      const [row] = await house.admin`
        select status, role, inviter_id from invitation where email = ${email} and organization_id = ${team}`;
      return { status: answer.status, text, headers, row, letter: letters.at(-1)?.subject };
    };
    const unknown = await stripped(`${v4()}@example.com`);
    expect(unknown.status).toBe(200);
    expect(await stripped(guest.email)).toEqual(unknown);
    expect(await stripped(people.member.email)).toEqual(unknown);
    expect(letters).toHaveLength(3);
  });

  const cases = (["viewer", "member", "admin", "owner"] as const).flatMap((by) =>
    WORKSPACE_ROLES.map((role) => ({ by, role })),
  );
  it.each(cases)("as $role by the $by, or not", async ({ by, role }) => {
    const may = by === "owner" || (by === "admin" && role !== "owner");
    const answer = await invite(guest.email, role, people[by]);
    if (may) dataOf(answer);
    else expect(answer.text).toBe(FORBIDDEN);
    expect(letters).toHaveLength(may ? 1 : 0);
  });

  it("again replaces what waited: the older link is dead", async () => {
    const older = await tokenFor(guest.email, "admin");
    const newer = await tokenFor(guest.email.toUpperCase(), "viewer");
    const { items } = await people.owner.in(team).invitation.list({});
    expect(items).toMatchObject([{ email: guest.email, role: "viewer", expired: false }]);
    expect((await accept(guest, older)).text).toBe(FORBIDDEN);
    expect(dataOf(await accept(guest, newer)).role).toBe("viewer");
  });

  it("ends at a hundred that wait", async () => {
    const { userId } = people.owner;
    await house.admin`
      insert into invitation (id, organization_id, inviter_id, email, role, token_digest, expires_at)
      select gen_random_uuid(), ${team}, ${userId}, n || '@example.com', 'viewer',
        rpad(replace(gen_random_uuid()::text, '-', ''), 43, 'x'), now() + interval '1 day'
      from generate_series(1, 100) n`;
    expectConflict(await invite(guest.email), "TOO_MANY_INVITATIONS");
    await house.admin`update invitation set expires_at = now() where organization_id = ${team} and email = '1@example.com'`;
    dataOf(await invite(guest.email));
  });

  it("takes one address, and no list of them", async () => {
    for (const email of [
      "a@example.com,b@example.com",
      "Ann <a@example.com>",
      "a@example.com\n",
      "",
      `${"a".repeat(250)}@example.com`,
    ])
      expect([email, (await invite(email)).status]).toEqual([email, 400]);
    expect(letters).toEqual([]);
  });
});

describe("letters go out", () => {
  it("after the commit alone: what is undone is not told", async () => {
    await house.admin.unsafe(`
      create function never() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
      create constraint trigger never after insert on audit_event deferrable initially deferred for each row execute function never()`);
    const answer = await invite(guest.email);
    await house.admin.unsafe("drop function never cascade");
    expect(answer.status).toBe(500);
    expect(letters).toEqual([]);
    expect(await house.admin`select 1 from invitation where email = ${guest.email}`).toHaveLength(0);
  });

  it("not before the commit: the row is there for whoever reads the letter at once", async () => {
    const seen: number[] = [];
    let looked: Promise<unknown> = Promise.resolve();
    house.runtime.postMail = (letter) => {
      letters.push(letter);
      looked = house.admin`select 1 from invitation where email = ${letter.to}`.then((rows) =>
        seen.push(rows.length),
      );
    };
    dataOf(await invite(guest.email));
    await looked;
    house.runtime.postMail = (letter) => letters.push(letter);
    expect(seen).toEqual([1]);
  });

  it("once, however often a call is repeated under its key", async () => {
    const headers = { ...at(), "idempotency-key": v4() };
    for (let time = 0; time < 3; time++)
      dataOf(await house.call(people.owner, "member.invite", { email: guest.email }, headers));
    expect(letters).toHaveLength(1);
  });
});
