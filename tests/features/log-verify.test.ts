import { appendFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime } from "@/server/runtime";
import { holdfast } from "@/tests/support/command";
import { type House, openHouse } from "@/tests/support/house";
import { verdictOf } from "@/tests/support/seals";

const folder = mkdtempSync(join(tmpdir(), "holdfast-verify-"));
const headsFile = join(folder, "heads");

let house: House;
let sealed = 0;
beforeAll(async () => {
  house = await openHouse({ auditSealEvery: 100, auditHeadsFile: headsFile });
  const person = await house.person();
  await person.in().task.create({ title: "Written down" });
  // By its own sealer, which tells the file.
  const deadline = Date.now() + 15_000;
  while ((await verdictOf(house)).unsealed !== 0 && Date.now() < deadline) await sleep(20);
  expect(readFileSync(headsFile, "utf8")).toMatch(/^1 [\w-]{43}\n/);
  const [row] = await house.admin<{ rows: number }[]>`select count(*)::int as rows from audit_event`;
  sealed = row?.rows ?? 0;
  await house.runtime.close();
});
afterAll(() => house.close());

const verify = (args: string[] = [], settings: Record<string, string> = {}) =>
  holdfast(house, ["log", "verify", ...args], settings);

describe("holdfast log verify", () => {
  it("says that a whole trail is whole, with the heads that were announced", async () => {
    expect(statSync(headsFile).mode & 0o777).toBe(0o600);
    expect(await verify(["--heads", headsFile])).toEqual({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${sealed} rows in \\d+ seals, 0 not yet sealed: whole\n$`)),
      stderr: "",
    });
    const { stdout } = await verify(["--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ whole: true, rows: sealed, unsealed: 0 });
  });

  it("names what was altered in one line, and ends with 1", async () => {
    const [row] = await house.admin<{ id: string; action: string }[]>`
      select id, action from audit_event e order by e.xid, e.id limit 1`;
    await house.admin`update audit_event set action = 'me.get' where id = ${row?.id ?? ""}`;
    const { code, stdout } = await verify();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^holdfast: audit row ${row?.id}, in seal 1 of .*, was altered since\n$`),
    );
    const found = JSON.parse((await verify(["--json"])).stdout);
    expect(found).toMatchObject({ whole: false, fault: { what: "row", id: row?.id, seal: 1 } });
    await house.admin`update audit_event set action = ${row?.action ?? ""} where id = ${row?.id ?? ""}`;
  });

  it("takes heads from several files, as rotation leaves them", async () => {
    const lines = readFileSync(headsFile, "utf8").trimEnd().split("\n");
    const [older, newer] = [join(folder, "heads.1"), join(folder, "heads.0")];
    writeFileSync(older, `${lines.join("\n")}\n`);
    writeFileSync(newer, `900000 ${"A".repeat(43)}\n`);
    expect((await verify(["--heads", older])).code).toBe(0);
    expect((await verify(["--heads", older, "--heads", newer])).stdout).toContain("up to seal 900000");
    writeFileSync(newer, `1 ${"A".repeat(43)}\n`);
    expect((await verify(["--heads", older, "--heads", newer])).stderr).toContain("with another HMAC");
  });

  it("misses the seals that were announced and are gone", async () => {
    const ahead = join(folder, "ahead");
    appendFileSync(ahead, `${readFileSync(headsFile, "utf8")}900000 ${"A".repeat(43)}\n`);
    const { code, stdout } = await verify(["--heads", ahead]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/up to seal 900000, .*the tail was cut\n$/)]);
  });

  it.each([
    ["no key", [], { AUDIT_KEY: "", HOLDFAST_DATA_DIR: folder }, /AUDIT_KEY is missing, and .* holds none/],
    ["no database", [], { DATABASE_URL: "", HOLDFAST_DATA_DIR: folder }, /there is no database in /],
    [
      "a file that is no file of heads",
      ["--heads", "package.json"],
      {},
      /package\.json, line 1: is not the head/,
    ],
    ["an option that there is not", ["--fix"], {}, /Unknown option '--fix'/],
  ])("with %s says so in one line, and ends with 1", async (_, args, settings, line) => {
    const { code, stdout, stderr } = await verify(args, settings);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.trimEnd()).toMatch(line);
    expect(stderr.trimEnd()).not.toContain("\n");
  });
});

describe("a file of heads that can not be written", () => {
  it("refuses the start in one line", async () => {
    const env = { ...house.runtime.env, auditHeadsFile: join(folder, "no-such-folder/heads") };
    await expect(createRuntime(env)).rejects.toThrow(
      /^AUDIT_HEADS_FILE .* can not be written .*; name a file/,
    );
  });
});
