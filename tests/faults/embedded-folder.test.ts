import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EmbeddedDatabaseError, startEmbedded } from "@/db/embedded";

const asRoot = process.getuid?.() === 0;
const room = mkdtempSync(join(tmpdir(), "holdfast-embedded-"));
const dataDir = join(room, "data");

beforeAll(() => chmodSync(room, 0o711));

afterAll(() => rmSync(room, { recursive: true, force: true, maxRetries: 5 }));

async function startAndStop(dir = dataDir): Promise<void> {
  await (await startEmbedded({ dataDir: dir, report: () => {} })).stop();
}

async function refusal(dir = dataDir): Promise<string> {
  const error = await startAndStop(dir).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EmbeddedDatabaseError);
  const { message } = error as EmbeddedDatabaseError;
  expect(message.split("\n")).toHaveLength(1);
  return message;
}

/** Runs with one file of a good database replaced, and puts it back. */
async function whileChanged(name: string, content: string, run: () => Promise<void>): Promise<void> {
  await startAndStop();
  const before = readFileSync(join(dataDir, name));
  writeFileSync(join(dataDir, name), content);
  await run().finally(() => writeFileSync(join(dataDir, name), before, { mode: 0o600 }));
}

describe("a data folder that cannot be used is refused in one line", () => {
  it("a file in its place", async () => {
    const file = join(room, "file");
    writeFileSync(file, "");
    expect(await refusal(file)).toContain("not a folder");
    expect(await refusal(join(file, "below"))).toContain("not a folder");
  });

  it.skipIf(asRoot)("one that we may not write", async () => {
    const readOnly = join(room, "read-only");
    mkdirSync(readOnly, { mode: 0o500 });
    expect(await refusal(readOnly)).toContain("cannot be written (EACCES)");
  });

  it.runIf(asRoot)("one under a folder that only root may pass", async () => {
    const closed = join(room, "closed");
    mkdirSync(closed, { mode: 0o700 });
    expect(await refusal(join(closed, "data"))).toContain(`chmod o+x ${closed}`);
  });

  it("one written by another version", async () => {
    await whileChanged("postgres/PG_VERSION", "17\n", async () => {
      expect(await refusal()).toContain("was written by PostgreSQL 17, and this Holdfast brings 18");
    });
  });

  it("one whose passwords are lost, or another database's", async () => {
    const others = { postgres: "a", holdfast_app: "b", holdfast_auth: "c" };
    await whileChanged("postgres.json", JSON.stringify({ passwords: others }), async () => {
      expect(await refusal()).toContain("does not take the password");
      rmSync(join(dataDir, "postgres.json"));
      expect(await refusal()).toContain("are missing: put");
    });
  });

  it("one in which PostgreSQL does not start, with the reason it gives", async () => {
    await whileChanged("postgres/postgresql.conf", "no_such_setting = 1\n", async () => {
      expect(await refusal()).toMatch(/did not start: .*postgresql.conf" contains errors. Its log is/);
    });
    await startAndStop();
  });
});
