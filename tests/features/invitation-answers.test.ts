import { randomBytes } from "node:crypto";
import { v4 } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { invitationDigest } from "@/server/identity/invitation-link";
import type { Letter } from "@/server/platform/mail/letter";
import { dataOf, FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { auditRows, makePeople, makeTeam, type People } from "@/tests/support/team";

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
const decline = (by: Person, token: string) => house.call(by, "invitation.decline", { token });
/** The secret in the newest letter. */
const newestToken = () => /#([\w-]{43})\./.exec(letters.at(-1)?.text ?? "")?.[1] ?? "no letter";
const tokenFor = async (email: string, role?: string, by = people.owner) => {
  dataOf(await invite(email, role, by));
  return newestToken();
};
const roleOf = async ({ userId }: Person) => {
  const [row] = await house.admin<{ role: string }[]>`
    select role from member where organization_id = ${team} and user_id = ${userId}`;
  return row?.role;
};

describe("accepting", () => {
  it("makes a member with the role, at once, and only once", async () => {
    const token = await tokenFor(guest.email, "admin");
    const before = await auditRows(house);
    const accepted = dataOf(await accept(guest, token));
    expect(accepted).toMatchObject({ workspaceId: team, role: "admin" });
    expect((await auditRows(house)) - before).toBe(1);
    expect((await guest.in(team).member.list({})).items).toHaveLength(6);
    expect((await accept(guest, token)).text).toBe(FORBIDDEN);
    expect((await people.owner.in(team).invitation.list({})).items).toEqual([]);
  });

  it("works for one of fifty times at once, by one person in several sessions", async () => {
    for (let round = 0; round < 3; round++) {
      await house.admin`delete from member where organization_id = ${team} and user_id = ${guest.userId}`;
      const token = await tokenFor(guest.email);
      const answers = await Promise.all(Array.from({ length: 50 }, () => accept(guest, token)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 200))
        expect(answer.text).toBe(FORBIDDEN);
    }
  });

  it("works for one of two invitations of one person at once", async () => {
    const tokens = [await tokenFor(guest.email, "viewer")];
    // A second that waits, as two admins at the same instant could not make it.
    await house.admin`drop index invitation_pending_once`;
    await house.admin`
      insert into invitation (id, organization_id, inviter_id, email, role, token_digest, expires_at)
      values (${v4()}, ${team}, ${people.owner.userId}, ${guest.email}, 'owner', ${invitationDigest("T".repeat(43))}, now() + interval '1 day')`;
    tokens.push("T".repeat(43));
    const answers = await Promise.all(tokens.map((token) => accept(guest, token)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    await house.admin`delete from invitation where email = ${guest.email}`;
    await house.admin`create unique index invitation_pending_once on invitation (organization_id, email) where status = 'pending'`;
  });

  const dead: [name: string, end: (id: string, token: string) => Promise<unknown>][] = [
    ["is revoked", async (id) => house.call(people.admin, "invitation.revoke", { id }, at())],
    ["is declined", async (_, token) => decline(guest, token)],
    ["has expired", async (id) => house.admin`update invitation set expires_at = now() where id = ${id}`],
    ["is of an address that is not confirmed", async () => confirm(guest, false)],
    [
      "is of an address that the person does not have any more",
      async () => house.admin`update "user" set email = ${`${v4()}@example.com`} where id = ${guest.userId}`,
    ],
    [
      "came from somebody who is no member any more",
      async () =>
        house.admin`delete from member where organization_id = ${team} and user_id = ${people.admin.userId}`,
    ],
    [
      "came from somebody who is no admin any more",
      async () =>
        house.admin`update member set role = 'member' where organization_id = ${team} and user_id = ${people.admin.userId}`,
    ],
    [
      "came from somebody who is banned",
      // Without triggers, one of which ends the sessions that the cases after this one need.
      async () =>
        house.admin.begin((sql) => [
          sql`set local session_replication_role = replica`,
          sql`update "user" set banned = true where id = ${people.admin.userId}`,
        ]),
    ],
    ["is for somebody who is in already", async () => house.join(guest, team, "viewer")],
    ["is of a workspace that is gone", async () => house.admin`delete from organization where id = ${team}`],
    [
      "is of a personal workspace",
      async (id) =>
        house.admin`update invitation set organization_id = ${people.owner.workspaceId} where id = ${id}`,
    ],
  ];
  afterEach(async () => house.admin`update "user" set banned = false where banned`);
  it.each(dead)("refuses a link that %s, as it refuses an unknown one", async (_, end) => {
    const { id } = dataOf(await invite(guest.email, "member", people.admin));
    await end(id as string, newestToken());
    const before = [await auditRows(house), await roleOf(guest)];
    const unknown = await accept(guest, randomBytes(32).toString("base64url"));
    const answer = await accept(guest, newestToken());
    expect([unknown.text, answer.text]).toEqual([FORBIDDEN, FORBIDDEN]);
    // The same to the header, too.
    expect([...answer.headers.keys()]).toEqual([...unknown.headers.keys()]);
    expect([await auditRows(house), await roleOf(guest)]).toEqual(before);
  });

  it.each(dead.slice(0, 5))("a link that %s is not declined either", async (_, end) => {
    const { id } = dataOf(await invite(guest.email, "member", people.admin));
    await end(id as string, newestToken());
    expect((await decline(guest, newestToken())).text).toBe(FORBIDDEN);
  });

  it("refuses whoever else holds the link", async () => {
    const token = await tokenFor(guest.email);
    const thief = await house.person();
    await confirm(thief);
    for (const by of [thief, people.owner, people.member]) {
      await confirm(by);
      expect((await accept(by, token)).text).toBe(FORBIDDEN);
      expect((await decline(by, token)).text).toBe(FORBIDDEN);
    }
    expect((await house.call(null, "invitation.accept", { token })).status).toBe(401);
    dataOf(await accept(guest, token));
  });

  it("gives no more than the inviter could give by then", async () => {
    const token = await tokenFor(guest.email, "owner");
    await house.admin`update member set role = 'admin' where organization_id = ${team} and user_id = ${people.owner.userId}`;
    expect((await accept(guest, token)).text).toBe(FORBIDDEN);
  });

  it("is not guessed: not by the digest, not by another case", async () => {
    const token = await tokenFor(guest.email);
    for (const guess of [invitationDigest(token), token.toLowerCase(), token.toUpperCase()])
      expect((await accept(guest, guess)).text).toBe(FORBIDDEN);
  });

  it("comes before or after being revoked, and never both", async () => {
    for (let round = 0; round < 50; round++) {
      await house.admin`delete from member where organization_id = ${team} and user_id = ${guest.userId}`;
      const { id } = dataOf(await invite(guest.email));
      const [accepted, revoked] = await Promise.all([
        accept(guest, newestToken()),
        house.call(people.owner, "invitation.revoke", { id }, at()),
      ]);
      expect([accepted.status, revoked.status].toSorted((a, b) => a - b)).toEqual([200, 403]);
      expect((await roleOf(guest)) !== undefined).toBe(accepted.status === 200);
    }
  });
});

describe("what waits", () => {
  it("is told to the admins of the workspace, and to nobody else", async () => {
    await tokenFor(guest.email, "viewer");
    const answer = await house.call(people.admin, "invitation.list", {}, at());
    expect(dataOf<{ items: unknown[] }>(answer).items).toMatchObject([
      { email: guest.email, inviterName: "A person" },
    ]);
    expect(answer.text).not.toMatch(/digest|token/i);
    for (const by of [people.member, people.viewer, guest])
      expect((await house.call(by, "invitation.list", {}, at())).text).toBe(FORBIDDEN);
  });

  it("is told to the person with the confirmed address, in pages", async () => {
    await tokenFor(guest.email, "viewer");
    const other = (await people.owner.in().workspace.create({ name: "Another" })).id;
    dataOf(await house.call(people.owner, "member.invite", { email: guest.email }, at(other)));
    const mine = (input = {}) => guest.in().invitation.mine(input);
    expect((await mine()).items.map(({ workspaceName }) => workspaceName)).toEqual(["Another", "A team"]);
    const first = await mine({ limit: 1 });
    expect(first.items).toHaveLength(1);
    const second = await mine({ limit: 1, cursor: first.nextCursor });
    expect([second.items[0]?.workspaceName, second.nextCursor]).toEqual(["A team", null]);
    await confirm(people.colleague);
    expect((await people.colleague.in().invitation.mine({})).items).toEqual([]);
    await confirm(guest, false);
    expect((await mine()).items).toEqual([]);
  });
});
