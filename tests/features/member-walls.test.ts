import { v4, v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { invitationDigest } from "@/server/identity/invitation-link";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { makePeople, makeTeam, type People } from "@/tests/support/team";

/** The second wall alone: statements that no query of ours sends, as the role and with the settings that the guard gives. */
let house: House;
let people: People;
let team: string;
beforeAll(async () => {
  house = await openHouse();
  people = await makePeople(house);
});
beforeEach(async () => {
  team = await makeTeam(house, people);
});
afterAll(() => house.close());

interface As {
  person: Person;
  reach?: "own" | "any";
  workspace?: string;
}
const run = ({ person, reach = "any", workspace = team }: As, statement: string) =>
  house.admin.begin(async (tx) => {
    await tx`select set_config('role', 'holdfast_identity', true), set_config('app.workspace_id', ${workspace}, true),
      set_config('app.user_id', ${person.userId}, true), set_config('app.reach', ${reach}, true)`;
    return tx.unsafe(statement);
  });
/** SQLSTATE, or how many rows were touched. */
const outcome = (as: As, statement: string) =>
  run(as, statement).then(
    (rows) => rows.count,
    (error: { code: string }) => error.code,
  );
const setTo = (role: string, { userId }: Person) =>
  `update member set role = '${role}' where user_id = '${userId}' and organization_id = '${team}'`;
const removing = ({ userId }: Person) =>
  `delete from member where user_id = '${userId}' and organization_id = '${team}'`;
const REFUSED = "42501";

describe("by row-level security and triggers alone", () => {
  it("nobody raises their own role, and nobody gives more than they hold", async () => {
    for (const person of [people.viewer, people.member, people.admin])
      expect(await outcome({ person }, setTo("owner", person))).toBe(REFUSED);
    expect(await outcome({ person: people.admin }, setTo("owner", people.viewer))).toBe(REFUSED);
    expect(await outcome({ person: people.admin }, setTo("member", people.owner))).toBe(REFUSED);
    expect(await outcome({ person: people.admin }, removing(people.owner))).toBe(REFUSED);
    expect(await outcome({ person: people.member }, setTo("viewer", people.colleague))).toBe(REFUSED);
    expect(await outcome({ person: people.member }, removing(people.colleague))).toBe(REFUSED);
    expect(await outcome({ person: people.owner }, setTo("superowner", people.colleague))).toBe(REFUSED);
    expect(await outcome({ person: people.admin }, setTo("admin", people.viewer))).toBe(1);
  });

  it("a workspace keeps an owner", async () => {
    expect(await outcome({ person: people.owner }, setTo("admin", people.owner))).toBe(REFUSED);
    expect(await outcome({ person: people.owner }, removing(people.owner))).toBe(REFUSED);
    const both = `${setTo("owner", people.viewer)}; ${setTo("admin", people.owner)}`;
    expect(await run({ person: people.owner }, both).then(() => "done")).toBe("done");
  });

  it("a workspace keeps an owner when two leave at once, without any lock of ours", async () => {
    for (let round = 0; round < 50; round++) {
      await house.admin`update member set role = 'owner' where organization_id = ${team} and user_id in (${people.owner.userId}, ${people.admin.userId})`;
      const outcomes = await Promise.all(
        [people.owner, people.admin].map((person) => outcome({ person, reach: "own" }, removing(person))),
      );
      expect(outcomes).toContain(1);
      expect(outcomes).toContain(REFUSED);
      await house.admin`delete from member where organization_id = ${team} and user_id in (${people.owner.userId}, ${people.admin.userId})`;
      await house.join(people.owner, team, "owner");
      await house.join(people.admin, team, "admin");
    }
  });

  it("nobody adds a member, and nobody reaches another workspace's", async () => {
    const adding = `insert into member (id, organization_id, user_id, role) values ('${v7()}', '${team}', '${people.owner.userId}', 'owner')`;
    expect(await outcome({ person: people.owner }, adding)).toBe(REFUSED);
    const elsewhere = { person: people.owner, workspace: people.owner.workspaceId };
    expect(await outcome(elsewhere, setTo("viewer", people.admin))).toBe(0);
    expect(await outcome(elsewhere, removing(people.admin))).toBe(0);
    expect(await outcome({ person: people.member, reach: "own" }, removing(people.colleague))).toBe(0);
  });

  it("nobody reads a digest, answers for another, invites in another's name or for longer", async () => {
    const { owner, admin } = people;
    const inviting = (by: Person, more: Record<string, string> = {}) => {
      const values = {
        ...{
          id: v7(),
          organization_id: team,
          inviter_id: by.userId,
          email: `${v4()}@example.com`,
          role: "viewer",
        },
        ...{
          token_digest: invitationDigest(v4()),
          expires_at: new Date(Date.now() + 1000).toISOString(),
          ...more,
        },
      };
      return `insert into invitation (${Object.keys(values)}) values (${Object.values(values).map((value) => `'${value}'`)})`;
    };
    expect(await outcome({ person: owner }, inviting(owner))).toBe(1);
    expect(await outcome({ person: owner }, inviting(admin))).toBe(REFUSED);
    expect(await outcome({ person: owner, workspace: owner.workspaceId }, inviting(owner))).toBe(REFUSED);
    expect(await outcome({ person: owner }, inviting(owner, { status: "accepted" }))).toBe(REFUSED);
    const late = new Date(Date.now() + 8 * 86_400_000).toISOString();
    expect(await outcome({ person: owner }, inviting(owner, { expires_at: late }))).toBe("23514");
    expect(await outcome({ person: owner }, inviting(owner, { role: "superowner" }))).toBe("23514");
    expect(await outcome({ person: owner }, "select token_digest from invitation")).toBe(REFUSED);
    const answering = "update invitation set settled_at = now(), status =";
    expect(await outcome({ person: owner }, `${answering} 'accepted'`)).toBe(REFUSED);
    expect(await outcome({ person: people.member, reach: "own" }, `${answering} 'revoked'`)).toBe(0);
    expect(await outcome({ person: owner }, `${answering} 'revoked'`)).toBe(1);
    expect(await outcome({ person: owner }, `${answering} 'revoked'`)).toBe(0);
  });

  it("nobody governs people but an admin, whatever the reach", async () => {
    const { owner, member } = people;
    const admin = await house.person({ role: "admin" });
    const banned = await house.person({ role: "admin" });
    await house.admin`update "user" set banned = true where id = ${banned.userId}`;
    const of = ({ userId }: Person, set: string) => `update "user" set ${set} where id = '${userId}'`;
    const sets = ["role = 'admin'", "banned = true", "ban_expires = now()", "ban_reason = 'x'"];
    for (const set of sets) {
      for (const person of [owner, banned]) expect(await outcome({ person }, of(member, set))).toBe(REFUSED);
      for (const person of [owner, admin])
        expect(await outcome({ person }, of(person, set))).toBe(
          set === "role = 'admin'" && person === admin ? 1 : REFUSED,
        );
      expect(await outcome({ person: admin, reach: "own" }, of(member, set))).toBe(0);
    }
    expect(await outcome({ person: owner }, of(member, "name = 'Not mine'"))).toBe(REFUSED);
    expect(await outcome({ person: owner }, of(owner, "name = 'Mine'"))).toBe(1);
    expect(await outcome({ person: admin }, of(member, "banned = false"))).toBe(1);
  });

  it("nobody touches another's session, and an admin alone ends somebody's", async () => {
    const admin = await house.person({ role: "admin" });
    const { userId } = people.member;
    const ending = `select end_sessions('${userId}') as ended`;
    expect(await outcome({ person: people.owner }, ending)).toBe(REFUSED);
    for (const person of [people.owner, admin]) {
      expect(await outcome({ person }, "select id from session")).toBe(1);
      expect(await outcome({ person }, `select id from session where user_id = '${userId}'`)).toBe(0);
      expect(await outcome({ person }, `delete from session where user_id = '${userId}'`)).toBe(0);
      expect(await outcome({ person }, "select token from session")).toBe(REFUSED);
    }
    expect(await outcome({ person: admin, reach: "own" }, ending)).toBe(REFUSED);
    const other = `select end_sessions('${people.colleague.userId}') as ended`;
    expect((await run({ person: admin }, other))[0]?.ended).toBe(1);
  });

  it.each(["holdfast_tenant", "holdfast_security", "holdfast_auth"])(
    "%s calls none of these functions",
    async (role) => {
      for (const call of [
        "end_sessions(null)",
        "accept_invitation('')",
        "decline_invitation('')",
        "my_invitations(null, 1)",
        "app_confirmed_address()",
      ]) {
        const asked = house.admin.begin(async (tx) => {
          await tx`select set_config('role', ${role}, true)`;
          await tx.unsafe(`select ${call}`);
        });
        await expect(asked).rejects.toMatchObject({ code: REFUSED });
      }
    },
  );
});
