import { readdirSync, readFileSync } from "node:fs";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import { describe, expect, it } from "vitest";
import { createHashing } from "@/server/identity/passwords";
import { NICE, statField } from "@/tests/support/proc-stat";

const PASSWORD = "correct zebra staple 47 ﬁ";

/** Elsewhere threads have no priority of their own, and nothing tells of it. */
const isLinux = process.platform === "linux";
/** Of every thread of this process. */
const niceness = () =>
  readdirSync("/proc/self/task").map((thread) =>
    statField(readFileSync(`/proc/self/task/${thread}/stat`, "utf8"))(NICE),
  );

describe("hashes of passwords", () => {
  const hashing = createHashing();

  it("are those of Better Auth, both ways", async () => {
    expect(await verifyPassword({ hash: await hashing.hash(PASSWORD), password: PASSWORD })).toBe(true);
    const hash = await hashPassword(PASSWORD);
    expect(await hashing.verify({ hash, password: PASSWORD })).toBe(true);
    expect(await hashing.verify({ hash, password: `${PASSWORD}!` })).toBe(false);
  });

  it("that are none are refused", async () => {
    await expect(hashing.verify({ hash: "no-colon", password: PASSWORD })).rejects.toThrow("no hash");
    expect(await hashing.verify({ hash: "salt:short", password: PASSWORD })).toBe(false);
  });

  it("are made by threads of low priority", async () => {
    if (!isLinux) return;
    await hashing.hash(PASSWORD);
    expect(niceness().filter((one) => one >= 10)).not.toEqual([]);
    expect(niceness().filter((one) => one < 10)).not.toEqual([]);
  });

  it.each([
    { cores: 1, threads: 1 },
    { cores: 2, threads: 2 },
    { cores: 64, threads: 2 },
  ])("take $threads threads of $cores cores, however many are made at once", async ({ cores, threads }) => {
    if (!isLinux) return;
    const low = () => niceness().filter((one) => one >= 10).length;
    const before = low();
    const { hash } = createHashing(cores);
    await Promise.all(Array.from({ length: 4 }, () => hash(PASSWORD)));
    expect(low() - before).toBe(threads);
  });
});
