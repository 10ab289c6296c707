import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOfKey, isKeyForm, makeKey } from "@/server/identity/keys/form";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { dataOf, makeKeyFor } from "@/tests/support/keys";
import { makePeople, makeTeam, type People } from "@/tests/support/team";

let house: House;
let people: People;
let team: string;
let owner: Person;
beforeAll(async () => {
  house = await openHouse();
  people = await makePeople(house);
  team = await makeTeam(house, people);
  owner = people.owner;
});
afterAll(() => house.close());

const inTeam = () => ({ "x-workspace-id": team });
const ask = (path: string, input: unknown, headers: Record<string, string>) =>
  house.call(null, path, input, headers);

describe("the form of a key", () => {
  it("is known by its checksum alone", () => {
    const { key, digest, start } = makeKey();
    expect(key).toMatch(/^hf_[0-9A-Za-z]{49}$/);
    expect(isKeyForm(key)).toBe(true);
    expect(digest).toBe(createHash("sha256").update(key).digest("base64url"));
    expect(key.startsWith(start)).toBe(true);
    expect(start).toHaveLength(8);
  });

  it("is none with any one character changed, added or taken", () => {
    const { key } = makeKey();
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === "A" ? "B" : "A";
      expect(isKeyForm(key.slice(0, at) + other + key.slice(at + 1))).toBe(false);
    }
    for (const text of ["", "hf_", `${key}0`, key.slice(1), ` ${key}`, `${key}\n`, key.toLowerCase()])
      expect(isKeyForm(text)).toBe(false);
  });

  it("does not repeat", () => {
    expect(new Set(Array.from({ length: 1000 }, () => makeKey().key)).size).toBe(1000);
  });
});

describe("making a key", () => {
  it("shows it once, and keeps its digest only", async () => {
    const { id, key } = await makeKeyFor(house, owner);
    const [row] = await house.admin`select * from apikey where id = ${id}`;
    expect(row?.key).toBe(digestOfKey(key));
    expect(JSON.stringify(row)).not.toContain(key);
    const list = await house.call(owner, "apiKey.list");
    expect(list.text).toContain(id);
    expect(list.text).not.toContain(key);
    expect(list.text).not.toContain(String(row?.key));
  });

  it("writes it down, without the key", async () => {
    const { id, key } = await makeKeyFor(house, owner);
    const [row] = await house.admin`
      select action, actor_kind, actor_id, resource_kind, facts, salt from audit_event join audit_detail on event_id = id
      where resource_id = ${id}`;
    expect(row).toMatchObject({ action: "apiKey.create", actor_kind: "user", actor_id: owner.userId });
    expect(row?.facts).toContain("task:read");
    expect(JSON.stringify(row)).not.toContain(key.slice(0, 12));
  });

  it("is not answered again to a repeat", async () => {
    const input = { name: "Once", expiresInDays: 1 };
    const headers = { "idempotency-key": "one" };
    const first = await house.call(owner, "apiKey.create", input, headers);
    const again = await house.call(owner, "apiKey.create", input, headers);
    expect(again.status).toBe(409);
    expect(again.body.error?.data).toMatchObject({
      reason: "ALREADY_DONE",
      id: dataOf<{ id: string }>(first).id,
    });
    const [kept] = await house.admin`select answer from idempotency_record where key = 'one'`;
    expect(kept?.answer).toBeNull();
  });

  it("gives no permission that was not named", async () => {
    const answer = await house.call(owner, "apiKey.create", { name: "Bare", expiresInDays: 1 });
    const { key, scopes } = dataOf<{ key: string; scopes: string[] }>(answer);
    expect(scopes).toEqual([]);
    for (const path of ["task.list", "me.get", "workspace.list", "securityEvent.mine"])
      expect((await ask(path, {}, { "x-api-key": key })).status).toBe(403);
  });

  it("asks for an end within a year", async () => {
    for (const expiresInDays of [undefined, 0, 366, 1.5, "30"]) {
      const answer = await house.call(owner, "apiKey.create", { name: "Long", expiresInDays });
      expect(answer.status).toBe(400);
    }
    const { id } = await makeKeyFor(house, owner, { expiresInDays: 365 });
    await expect(
      house.admin`update apikey set expires_at = created_at + interval '367 days' where id = ${id}`,
    ).rejects.toThrow("apikey_expires_within_a_year");
    await expect(house.admin`update apikey set expires_at = null where id = ${id}`).rejects.toThrow(
      "not-null",
    );
  });

  it("gives nothing that its maker does not hold", async () => {
    const input = { name: "Wide", expiresInDays: 1, scopes: ["task:create"] };
    expect((await house.call(people.viewer, "apiKey.create", input, inTeam())).status).toBe(403);
    expect((await house.call(people.member, "apiKey.create", input, inTeam())).status).toBe(200);
    const service = { ...input, scopes: ["securityEvent:pull"] };
    expect((await house.call(people.owner, "apiKey.create", service, inTeam())).status).toBe(403);
    const unknown = { ...input, scopes: ["task:read", "apiKey:create"] };
    expect((await house.call(people.owner, "apiKey.create", unknown, inTeam())).status).toBe(400);
  });
});
