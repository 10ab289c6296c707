import { chmodSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newSecret } from "@/server/platform/secrets/kept";
import { replaceFile, rotated, writeNewFile } from "@/server/platform/secrets/rotate";
import { weaknessOf } from "@/server/platform/secrets/strength";
import { subkey } from "@/server/platform/secrets/subkey";
import {
  type DatedVersions,
  datedSecrets,
  firstVersion,
  liveVersions,
  versionedSecrets,
  writtenVersions,
} from "@/server/platform/secrets/versions";

const [A, B, C] = [newSecret(), newSecret(), newSecret()];
const END = Date.parse("2030-01-01T00:00:00Z");
const live = (text: string, now: number) =>
  liveVersions(datedSecrets.parse(text), now).map(({ version, secret }) => [version, secret]);

describe("versions of what signs", () => {
  it("are accepted until the end that they state, the current one first", () => {
    const text = `3:${C},1:${A}@2030-01-01T00:00:00Z,2:${B}@2029-01-01T00:00Z`;
    expect(live(text, Date.parse("2028-01-01"))).toEqual([
      [3, C],
      [1, A],
      [2, B],
    ]);
    expect(live(text, END - 1)).toEqual([
      [3, C],
      [1, A],
    ]);
    expect(live(text, END)).toEqual([[3, C]]);
  });

  it("above the current one are upcoming: accepted, and the current one still signs", () => {
    expect(live(`1:${A},2:${B}`, END)).toEqual([
      [1, A],
      [2, B],
    ]);
  });

  it("are written as they are read", () => {
    const text = `2:${B},1:${A}@2030-01-01T00:00:00.000Z`;
    expect(writtenVersions(datedSecrets.parse(text))).toBe(text);
    expect(writtenVersions(versionedSecrets.parse(`2:${B},1:${A}`))).toBe(`2:${B},1:${A}`);
  });

  it("keep an @ that begins no end", () => {
    expect(live(`1:${A}@home`, END)).toEqual([[1, `${A}@home`]]);
  });

  it.each([
    [
      "an earlier one without an end",
      `2:${B},1:${A}`,
      /^does not say when version 1 ends; write 1:secret@\d{4}-/,
    ],
    ["an end that is no instant", `2:${B},1:${A}@2030-13-01T00:00:00Z`, /no instant/],
    ["an end of the current one", `1:${A}@2030-01-01T00:00:00Z`, /gives an end to version 1/],
    ["an end of an upcoming one", `1:${A},2:${B}@2030-01-01T00:00:00Z`, /gives an end to version 2/],
    ["one version twice", `1:${A},1:${B}`, /is not written as/],
    ["no version", A, /is not written as/],
    ["version 0", `0:${A}`, /is not written as/],
    [
      "a weak earlier one",
      `2:${B},1:opensesame@2030-01-01T00:00:00Z`,
      /shorter than 32 characters \(version 1\)/,
    ],
  ])("are refused with %s", (_, text, line) => {
    const issues = datedSecrets.safeParse(text).error?.issues.map(({ message }) => message) ?? [];
    expect(issues).toEqual([expect.stringMatching(line)]);
    expect(issues.join()).not.toMatch(new RegExp(`${A}|${B}|opensesame`));
  });
});

describe("a secret", () => {
  it.each([
    ["", /shorter/],
    ["opensesame", /shorter/],
    [A.slice(0, 31), /shorter/],
    ["a".repeat(64), /uniform/],
    ["abcabcabcabcabcabcabcabcabcabcabcabc", /uniform/],
    ["abacabadabacabaeabacabadabacabaf", /uniform/],
    ["k3Qz8vRt1LmXk3Qz8vRt1LmXk3Qz8vRt1LmX", /uniform/],
    ["better-auth-secret-12345678901234567890", /placeholder/],
    ["better-auth-secret-123456789012345678901234567890", /placeholder/],
    ["CHANGE_ME-to-something-random-of-32-letters", /placeholder/],
    ["your-super-Secret-key-goes-here-please-42", /placeholder/],
    ["0123456789abcdefghijklmnopqrstuvwxyz", /placeholder/],
  ])("%s is refused", (secret, why) => {
    expect(weaknessOf(secret)).toMatch(why);
  });

  it("that was made by chance is taken", () => {
    for (let turn = 0; turn < 2_000; turn++) expect(weaknessOf(newSecret())).toBeUndefined();
    expect(weaknessOf("3f9a1c5be07d2846b1f0c3d95a7e8462f1b3c5d7e9a0b2c4d6e8f0a1b3c5d7e9")).toBeUndefined();
  });
});

describe("a rotation", () => {
  const next = (versions: DatedVersions, how: "next" | "stage" | "compromised" = "next") =>
    rotated(versions, { fresh: newSecret(), end: END, how });

  it("gives the version before an end, and never a later one to those that have one", () => {
    const twice = rotated(next(firstVersion(A)), { fresh: C, end: END + 1_000, how: "next" });
    expect(twice.current).toBe(3);
    expect(twice.ends).toEqual(
      new Map([
        [1, END],
        [2, END + 1_000],
      ]),
    );
    expect(liveVersions(twice, END - 1).map(({ version }) => version)).toEqual([3, 1, 2]);
  });

  it("that is staged is accepted before it signs", () => {
    const staged = next(firstVersion(A), "stage");
    expect([staged.current, [...staged.secrets.keys()], staged.ends.size]).toEqual([1, [1, 2], 0]);
    const inForce = next(staged);
    expect([inForce.current, [...inForce.secrets.keys()]]).toEqual([2, [1, 2]]);
    expect(inForce.secrets.get(2)).toBe(staged.secrets.get(2));
  });

  it("of a compromised secret ends all there were, whatever the clock says", () => {
    const after = next(next(next(firstVersion(A)), "stage"), "compromised");
    expect(after.current).toBe(4);
    expect(liveVersions(after, 1).map(({ version }) => version)).toEqual([4]);
  });

  it("makes what can be read again", () => {
    const written = writtenVersions(next(next(firstVersion(A)), "compromised"));
    expect(writtenVersions(datedSecrets.parse(written))).toBe(written);
  });

  it("writes for the owner alone, through links, and not beside another", () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-replace-"));
    writeFileSync(join(folder, "real"), "old");
    chmodSync(join(folder, "real"), 0o644);
    symlinkSync("real", join(folder, "link"));
    replaceFile(join(folder, "link"), "new");
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
    expect(statSync(join(folder, "real")).mode & 0o777).toBe(0o600);
    writeFileSync(join(folder, "real.new"), "another's");
    expect(() => replaceFile(join(folder, "real"), "newer")).toThrow(/EEXIST/);
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
    expect(() => writeNewFile(join(folder, "real"), "newer")).toThrow(/EEXIST/);
  });
});

describe("a key that is derived", () => {
  const versions = datedSecrets.parse(`2:${B},1:${A}@2030-01-01T00:00:00Z`);

  it("is another for each purpose and each version, and the same each time", () => {
    const [current, earlier] = subkey(versions, "refresh-token", END - 1);
    expect([current?.version, earlier?.version]).toEqual([2, 1]);
    const keys = [current, earlier, ...subkey(versions, "cursor", END - 1)].map((one) =>
      one?.key.toString("hex"),
    );
    expect(new Set(keys).size).toBe(4);
    expect(keys.every((key) => key?.length === 64)).toBe(true);
    expect(subkey(firstVersion(A), "refresh-token")[0]?.key).toEqual(earlier?.key);
    expect(keys.join()).not.toContain(Buffer.from(A).toString("hex"));
  });

  it("ends with its version", () => {
    expect(subkey(versions, "refresh-token", END).map(({ version }) => version)).toEqual([2]);
  });

  it("is HKDF-SHA256 over the secret, with an empty salt", () => {
    // Worked out apart: HMAC(HMAC(zeros, secret), "holdfast/refresh-token" || 1).
    const fixed = firstVersion("k3Qz8vRt1LmXw5Yb7NcJd2Hf9GsPa4Ue");
    expect(subkey(fixed, "refresh-token")[0]?.key.toString("hex")).toBe(
      "e93002ee8efc30633645eaab9c81c038b994f7e815f4fca106db05c6ef4ac4f9",
    );
  });
});
