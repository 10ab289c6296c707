import { v4 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprint } from "@/tests/isolation/inputs";
import { expectConflict, FORBIDDEN } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { auditRows } from "@/tests/support/team";

let house: House;
let other: Person;
beforeAll(async () => {
  house = await openHouse();
  other = await house.person();
});
afterAll(() => house.close());

describe("a personal workspace", () => {
  it("is not deleted, not even by its owner", async () => {
    const person = await house.person();
    await person.in().task.create({ title: "Here to stay" });
    const before = { rows: await fingerprint(house, person.workspaceId), audit: await auditRows(house) };
    const answer = await house.call(person, "workspace.delete", { id: person.workspaceId });
    expectConflict(answer, "PERSONAL_WORKSPACE");
    expect({ rows: await fingerprint(house, person.workspaceId), audit: await auditRows(house) }).toEqual(
      before,
    );
  });

  it("is closed to a stranger exactly as an unknown one is", async () => {
    const person = await house.person();
    for (const id of [person.workspaceId, v4()]) {
      expect((await house.call(other, "workspace.get", { id })).text).toBe(FORBIDDEN);
    }
  });

  it("stays its person's, and nobody is invited into it", async () => {
    const person = await house.person();
    const [own] = (await person.in().member.list({})).items;
    const before = await fingerprint(house, person.workspaceId);
    const ask = (path: string, input: object) => house.call(person, path, input);
    expectConflict(await ask("member.leave", {}), "PERSONAL_WORKSPACE");
    expectConflict(await ask("member.remove", { id: own?.id }), "LAST_OWNER");
    expectConflict(await ask("member.setRole", { id: own?.id, role: "viewer" }), "LAST_OWNER");
    expectConflict(await ask("member.invite", { email: "friend@example.com" }), "PERSONAL_WORKSPACE");
    expect(await fingerprint(house, person.workspaceId)).toBe(before);
  });
});
