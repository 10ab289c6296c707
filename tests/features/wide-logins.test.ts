import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime } from "@/server/runtime";
import { type House, openHouse } from "@/tests/support/house";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe("a login that could pass the second wall", () => {
  const logins: [what: string, make: string, mention: RegExp][] = [
    ["is a superuser", "superuser", /who is a superuser or may become one/],
    ["may bypass row-level security", "bypassrls", /may bypass row-level security/],
    ["may make roles", "createrole", /rights over the whole server/],
    ["owns the tables", "in role holdfast_migrator", /owns the tables/],
    ["can become the owner of the tables", "noinherit in role holdfast_migrator", /owns the tables/],
    ["reads everything", "in role pg_read_all_data", /rights over the whole server/],
    ["can come to write everything", "noinherit in role pg_write_all_data", /rights over the whole server/],
    ["can become a superuser", "noinherit in role postgres", /who is a superuser or may become one/],
    ["lacks the roles", "", /without Holdfast's roles/],
  ];
  const name = `intruder_${process.pid}`;

  it.each(logins)("because it %s is refused at the start, in one line", async (_, attributes, mention) => {
    await house.admin.unsafe(`create role ${name} login ${attributes} password 'only-for-this-test'`);
    const url = new URL(house.database.appUrl);
    url.username = name;
    url.password = "only-for-this-test";
    try {
      const refused = (database: { url: string; authUrl: string }) =>
        createRuntime({ ...house.runtime.env, database }).then(
          async (runtime) => runtime.close().then(() => ["it started"]),
          (error: { lines: string[] }) => error.lines,
        );
      const lines = await refused({ url: url.href, authUrl: house.database.authUrl });
      expect(lines).toEqual([expect.stringMatching(mention)]);
      expect(lines[0]).toMatch(/^DATABASE_URL [^\n]+; [^\n]+$/);
      expect(lines[0]).not.toContain("only-for-this-test");
      if (!attributes) return;
      expect(await refused({ url: house.database.appUrl, authUrl: url.href })).toEqual([
        expect.stringMatching(/^DATABASE_AUTH_URL /),
      ]);
    } finally {
      await house.admin.unsafe(`drop role ${name}`);
    }
  });
});
