import { describe, expect, it } from "vitest";
import type { Change } from "@/db/detail";
import type { Scope } from "@/db/scope";
import { detailOf, digestOfDetail, noteChange, written } from "@/server/guard/change";

/** What a mutation would have noted. */
function noted(note: (scope: Scope) => void): Change | undefined {
  const changes: Change[] = [];
  note({ changes } as unknown as Scope);
  return changes[0];
}

describe("a change", () => {
  it("keeps of an update the fields that differ, of text only its length, and of what is new all", () => {
    const before = { title: written("One"), body: written("Same"), status: "todo", version: 1 };
    const after = { title: written("Two"), body: written("Same"), status: "todo", version: 2 };
    expect(noted((scope) => noteChange(scope, { before, after }))).toEqual({
      before: { title: { length: 3 }, version: 1 },
      after: { title: { length: 3 }, version: 2 },
    });
    expect(noted((scope) => noteChange(scope, { before: null, after }))).toEqual({
      before: null,
      after: { title: { length: 3 }, body: { length: 4 }, status: "todo", version: 2 },
    });
  });

  it("may be noted once a mutation", () => {
    const changes: Change[] = [];
    const scope = { changes } as unknown as Scope;
    noteChange(scope, { before: null, after: { status: "todo" } });
    expect(() => noteChange(scope, { before: null, after: { status: "done" } })).toThrow(/one change/);
  });

  it("has a digest that salt and facts decide, whatever the order in which fields were named", () => {
    const one = detailOf({ before: null, after: { b: 2, a: 1 } });
    const other = detailOf({ before: null, after: { a: 1, b: 2 } });
    expect(one.facts).toBe(other.facts);
    expect(one.salt).not.toBe(other.salt);
    expect(one.digest).not.toBe(other.digest);
    expect(digestOfDetail({ ...other, salt: one.salt })).toBe(one.digest);
    expect(digestOfDetail({ ...one, facts: `${one.facts} ` })).not.toBe(one.digest);
  });
});

const SECRETS = [
  "password",
  "newPassword",
  "token",
  "accessToken",
  "clientSecret",
  "keyHash",
  "tokenDigest",
  "salt",
  "apiKey",
  "cookie",
  "credentialId",
];

describe("a field named like a secret", () => {
  it.each(SECRETS)("%s is refused as the program runs, too", (name) => {
    const row = { [name]: "value" } as unknown as { harmless: string };
    expect(() => noted((scope) => noteChange(scope, { before: null, after: row }))).toThrow(
      `${name} is named like a secret`,
    );
    expect(() => noted((scope) => noteChange(scope, { before: row, after: null }))).toThrow();
  });

  it("does not compile", () => {
    const refused = (note: (scope: Scope) => void) => expect(() => noted(note)).toThrow();
    // @ts-expect-error a password is no fact
    refused((scope) => noteChange(scope, { before: null, after: { name: "A", password: "x" } }));
    // @ts-expect-error nor is one of another name, before or after
    refused((scope) => noteChange(scope, { before: { newPassword: "x" }, after: null }));
    // @ts-expect-error a token
    refused((scope) => noteChange(scope, { before: null, after: { accessToken: "x" } }));
    // @ts-expect-error a secret
    refused((scope) => noteChange(scope, { before: null, after: { clientSecret: "x" } }));
    // @ts-expect-error a hash
    refused((scope) => noteChange(scope, { before: null, after: { hash: "x" } }));
    // @ts-expect-error a salt
    refused((scope) => noteChange(scope, { before: null, after: { salt: "x" } }));
    // @ts-expect-error a key
    refused((scope) => noteChange(scope, { before: null, after: { apiKey: "x" } }));
    // @ts-expect-error a cookie
    refused((scope) => noteChange(scope, { before: null, after: { sessionCookie: "x" } }));
  });

  it("can not come in unnamed", () => {
    const row: Record<string, string> = { password: "x" };
    // @ts-expect-error every field is named in the code
    expect(() => noted((scope) => noteChange(scope, { before: null, after: row }))).toThrow();
  });
});

describe("a value that is no fact", () => {
  it.each([
    ["a long text", "x".repeat(321)],
    ["an object", { city: "Bern" }],
    ["a list", ["a"]],
    ["nothing", undefined],
    ["a date", new Date()],
  ])("%s is refused", (_, value) => {
    const row = { body: value } as unknown as { body: string };
    expect(() => noted((scope) => noteChange(scope, { before: null, after: row }))).toThrow(
      "body is no fact",
    );
  });

  it("does not compile", () => {
    const refused = (note: (scope: Scope) => void) => expect(() => noted(note)).toThrow();
    // @ts-expect-error an object is no fact
    refused((scope) => noteChange(scope, { before: null, after: { address: { city: "Bern" } } }));
  });
});
