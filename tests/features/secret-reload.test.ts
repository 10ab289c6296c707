import { mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { newSecret } from "@/server/platform/secrets/kept";
import { createLiveSecrets, type SecretSet } from "@/server/platform/secrets/live";
import { firstVersion, versionedSecrets } from "@/server/platform/secrets/versions";
import { watchFiles } from "@/server/platform/secrets/watch";
import { followSecrets } from "@/server/runtime/secrets";
import { eventually } from "@/tests/support/hold";

const HOUR = 3_600_000;
const [A, B] = [newSecret(), newSecret()];

/** A process that follows a source, which answers what the test puts there: a set, or an error. */
function following(first: SecretSet) {
  const lines: { event: string; why?: string }[] = [];
  const log = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) });
  const secrets = createLiveSecrets(first);
  const there: { now: SecretSet | Error; reread?: () => Promise<SecretSet> } = { now: first };
  const reread = async () => {
    if (there.reread) return there.reread();
    if (there.now instanceof Error) throw there.now;
    return there.now;
  };
  const { reload } = followSecrets({ source: { files: [], every: null, reread }, secrets, log });
  return { reload, secrets, there, lines, events: () => lines.map(({ event }) => event) };
}

describe("a reload", () => {
  const first: SecretSet = { auth: firstVersion(A), audit: versionedSecrets.parse(`2:${B},1:${A}`) };

  it("puts what is there into force, once", async () => {
    const { reload, secrets, there, events } = following(first);
    there.now = { ...first, auth: firstVersion(B) };
    await reload();
    await reload();
    expect(secrets.auth().secrets.get(1)).toBe(B);
    expect(events()).toEqual(["secrets_reloaded", "secrets_unchanged"]);
  });

  it("that would lose a key of the audit trail changes nothing", async () => {
    const { reload, secrets, there, lines } = following(first);
    there.now = { auth: firstVersion(B), audit: versionedSecrets.parse(`2:${B}`) };
    await reload();
    expect([secrets.auth(), secrets.audit()]).toEqual([first.auth, first.audit]);
    expect(lines).toEqual([expect.objectContaining({ event: "secrets_not_reloaded", level: 50 })]);
    expect(lines[0]?.why).toMatch(/^AUDIT_KEYS lacks version 1/);
  });

  it("that can not be read changes nothing, and the next good one does", async () => {
    const { reload, secrets, there, events } = following(first);
    there.now = new Error("the file is away");
    await reload();
    expect(secrets.auth()).toBe(first.auth);
    there.now = { ...first, auth: firstVersion(B) };
    await reload();
    expect(secrets.auth().secrets.get(1)).toBe(B);
    expect(events()).toEqual(["secrets_not_reloaded", "secrets_reloaded"]);
  });

  it("is one after the other: an old look never comes after a new one", async () => {
    const { reload, secrets, there } = following(first);
    there.reread = () => sleep(50).then(() => ({ ...first, auth: firstVersion(newSecret()) }));
    const slow = reload();
    // The slow look has begun by then, and read what was there before.
    await sleep(5);
    there.reread = async () => ({ ...first, auth: firstVersion(B) });
    await Promise.all([slow, reload()]);
    expect(secrets.auth().secrets.get(1)).toBe(B);
  });
});

describe("a watch on files", () => {
  const ways: [name: string, change: (folder: string) => void][] = [
    ["is written", (folder) => writeFileSync(join(folder, "secret"), "new")],
    [
      "is put in the place of another",
      (folder) => {
        writeFileSync(join(folder, "secret.new"), "new");
        renameSync(join(folder, "secret.new"), join(folder, "secret"));
      },
    ],
    [
      "changes with the link of its mount",
      (folder) => {
        mkdirSync(join(folder, "..second"));
        symlinkSync("..second", join(folder, "..link"));
        renameSync(join(folder, "..link"), join(folder, "..data"));
      },
    ],
  ];
  it.each(ways)("tells at once when one %s, and of no other file", async (_, change) => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-watch-"));
    writeFileSync(join(folder, "secret"), "old");
    let told = 0;
    const watching = watchFiles({ files: [join(folder, "secret")], every: HOUR, changed: () => void told++ });
    writeFileSync(join(folder, "holdfast.log"), "a line");
    await sleep(300);
    const before = told;
    change(folder);
    await eventually(async () => told > before);
    watching.stop();
    const after = told;
    writeFileSync(join(folder, "secret"), "newer");
    await sleep(200);
    expect([before, told]).toEqual([0, after]);
  });

  it("looks at intervals where nothing tells", async () => {
    let told = 0;
    const watching = watchFiles({ files: ["/nowhere/at/all"], every: 20, changed: () => void told++ });
    await eventually(async () => told > 2);
    watching.stop();
  });
});
