import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { checkSecrets } from "@/server/cli/secrets/check";
import { rotateSecrets } from "@/server/cli/secrets/rotate";
import { newSecret } from "@/server/platform/secrets/kept";
import { datedSecrets, versionedSecrets } from "@/server/platform/secrets/versions";
import { type Sidecar, startSidecar } from "@/tests/support/dapr";

const DAY = 86_400_000;
const TOKEN = "the sidecar's own";

let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar(TOKEN);
});
afterAll(() => sidecar.close());

type Settings = Record<string, string>;

/** The command in this process, on settings of its own; what it throws is said and exits with 1, as everywhere. */
async function secrets(words: string, settings: Settings) {
  const [verb, ...args] = words.split(" ");
  const said = { stdout: "", stderr: "" };
  const spies = [
    vi.spyOn(console, "log").mockImplementation((line) => {
      said.stdout += `${line}\n`;
    }),
    vi.spyOn(console, "error").mockImplementation((line) => {
      said.stderr += `${line}\n`;
    }),
  ];
  const code = await (verb === "check" ? checkSecrets : rotateSecrets)(args, settings).catch(
    (error: Error) => {
      said.stderr += `${error.message}\n`;
      return 1;
    },
  );
  for (const spy of spies) spy.mockRestore();
  return { code, ...said, said: said.stdout + said.stderr };
}

const folder = () => mkdtempSync(join(tmpdir(), "holdfast-command-"));
function fileOf(text: string, name = "secret"): string {
  const file = join(folder(), name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const production = (): Settings => ({
  HOLDFAST_DATA_DIR: folder(),
  DATABASE_URL: "postgres://holdfast_app:opensesame@db.example/holdfast",
  BETTER_AUTH_URL: "https://holdfast.example",
  BETTER_AUTH_SECRET: newSecret(),
  AUDIT_KEY: newSecret(),
  SMTP_URL: "smtps://me:opensesame@mail.example",
  REDIS_URL: "redis://:opensesame@redis.example:6379",
});

describe("holdfast secrets check", () => {
  it("lists what is set, where and until when, and no value of it", async () => {
    const [old, now, next] = [newSecret(), newSecret(), newSecret()];
    const file = fileOf(`2:${now},1:${old}@2100-01-01T00:00:00Z,3:${next}`);
    const settings: Settings = { ...production(), BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS_FILE: file };
    const text = await secrets("check", settings);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain(
      `BETTER_AUTH_SECRETS: the file ${file}; version 2 current; version 1 accepted until 2100-01-01T00:00:00.000Z; version 3 upcoming; written 20`,
    );
    expect(text.stdout).toContain("AUDIT_KEY: the environment; version 1 current\n");
    expect(text.stdout).toContain("5 secrets in production mode, 0 faults");
    const json = await secrets("check --json", settings);
    const read = JSON.parse(json.stdout);
    expect(read.secrets.map(({ name }: { name: string }) => name).sort()).toEqual(
      ["AUDIT_KEY", "BETTER_AUTH_SECRETS", "DATABASE_URL", "REDIS_URL", "SMTP_URL"].sort(),
    );
    for (const value of [old, now, next, settings.AUDIT_KEY, "opensesame"])
      expect(text.said + json.said).not.toContain(value);
  });

  it.each<[string, Settings, RegExp]>([
    ["a missing one", { AUDIT_KEY: "" }, /AUDIT_KEY is missing/],
    ["a short one", { BETTER_AUTH_SECRET: "opensesame" }, /BETTER_AUTH_SECRET is shorter than 32/],
    [
      "the library's default",
      { BETTER_AUTH_SECRET: "better-auth-secret-12345678901234567890" },
      /BETTER_AUTH_SECRET is a well-known placeholder/,
    ],
    [
      "a file that is not there",
      { SMTP_URL: "", SMTP_URL_FILE: "/nowhere/at-all" },
      /SMTP_URL_FILE .*ENOENT/,
    ],
    ["an address that is none", { REDIS_URL: "opensesame" }, /REDIS_URL is not a Redis URL/],
  ])("exits with 1 for %s, in one line", async (_, change, line) => {
    const { code, stderr, said } = await secrets("check", { ...production(), ...change });
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(line)]);
    expect(said).not.toMatch(/opensesame|better-auth-secret/);
  });

  it("makes no secret where the first start would", async () => {
    const dataDir = folder();
    expect((await secrets("check", { HOLDFAST_DATA_DIR: dataDir })).code).toBe(0);
    expect(readdirSync(dataDir)).toEqual([]);
    writeFileSync(join(dataDir, "secret"), "weak\n");
    const weak = await secrets("check", { HOLDFAST_DATA_DIR: dataDir });
    expect([weak.code, weak.stderr]).toEqual([
      1,
      expect.stringMatching(/secret: what is kept in it .*shorter/),
    ]);
  });
});

describe("holdfast secrets rotate", () => {
  it("writes the file of the secret: a new one signs, and the one before ends when it was told to", async () => {
    const old = newSecret();
    const file = fileOf(`${old}\n`);
    const before = Date.now();
    const { code, said } = await secrets("rotate --overlap 2d", { BETTER_AUTH_SECRET_FILE: file });
    const text = readFileSync(file, "utf8").trim();
    const { current, secrets: held, ends } = datedSecrets.parse(text);
    expect([code, current, held.get(1), held.size]).toEqual([0, 2, old, 2]);
    expect(ends.get(1)).toBeGreaterThanOrEqual(before + 2 * DAY);
    expect(ends.get(1)).toBeLessThan(Date.now() + 2 * DAY + 1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const secret of held.values()) expect(said).not.toContain(secret);
    expect((await secrets("check", { BETTER_AUTH_SECRET_FILE: file })).code).toBe(0);
    await secrets("rotate --compromised", { BETTER_AUTH_SECRET_FILE: file });
    expect(datedSecrets.parse(readFileSync(file, "utf8").trim()).ends).toEqual(
      new Map([
        [2, 0],
        [1, 0],
      ]),
    );
  });

  it("stages a version for processes that do not all change at once", async () => {
    const file = fileOf(newSecret());
    const settings = { BETTER_AUTH_SECRET_FILE: file };
    await secrets("rotate --stage", settings);
    const staged = datedSecrets.parse(readFileSync(file, "utf8").trim());
    expect([staged.current, [...staged.secrets.keys()]]).toEqual([1, [1, 2]]);
    await secrets("rotate", settings);
    const inForce = datedSecrets.parse(readFileSync(file, "utf8").trim());
    expect([inForce.current, inForce.secrets]).toEqual([2, new Map([...staged.secrets].reverse())]);
  });

  it("keeps every key of the audit trail, without an end", async () => {
    const file = fileOf(newSecret());
    const settings = { AUDIT_KEY_FILE: file };
    expect((await secrets("rotate --name audit", settings)).code).toBe(0);
    expect(versionedSecrets.parse(readFileSync(file, "utf8").trim())).toMatchObject({ current: 2 });
    const refused = await secrets("rotate --name audit --compromised", settings);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/audit trail has no end/)]);
  });

  const places: [name: string, settings: (old: string) => Settings, todo: RegExp][] = [
    [
      "in the environment",
      (old) => ({ BETTER_AUTH_SECRET: old }),
      /^set BETTER_AUTH_SECRETS to what .* holds, unset BETTER_AUTH_SECRET; start the processes anew/m,
    ],
    [
      "in a Dapr store",
      (old) => {
        sidecar.held = { BETTER_AUTH_SECRETS: { BETTER_AUTH_SECRETS: `1:${old}` } };
        return { DAPR_SECRET_STORE: "vault", DAPR_HTTP_PORT: String(sidecar.port), DAPR_API_TOKEN: TOKEN };
      },
      /^put what .* holds into the Dapr secret store vault/m,
    ],
  ];
  it.each(places)(
    "tells what to do with one %s, and writes the value into a new file only",
    async (_, held, todo) => {
      const old = newSecret();
      const settings = { HOLDFAST_DATA_DIR: folder(), ...held(old) };
      const bare = await secrets("rotate", settings);
      expect([bare.code, bare.stderr]).toEqual([
        1,
        expect.stringMatching(/not ours to change: .* with --out/),
      ]);
      const out = join(folder(), "new");
      const { code, stdout, said } = await secrets(`rotate --out ${out}`, settings);
      expect([code, stdout]).toEqual([0, expect.stringMatching(todo)]);
      const text = readFileSync(out, "utf8").trim();
      expect(statSync(out).mode & 0o777).toBe(0o600);
      for (const secret of datedSecrets.parse(text).secrets.values()) expect(said).not.toContain(secret);
      const again = await secrets(`rotate --out ${out}`, settings);
      expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/EEXIST/)]);
      expect(readFileSync(out, "utf8").trim()).toBe(text);
    },
  );

  it("refuses what makes no sense, and touches nothing", async () => {
    const old = newSecret();
    const file = fileOf(old);
    const settings = { BETTER_AUTH_SECRET_FILE: file };
    const words = [
      "--overlap 2w",
      "--overlap 7d --compromised",
      "--stage --compromised",
      "--name smtp",
      "--what",
    ];
    for (const word of words)
      expect([word, (await secrets(`rotate ${word}`, settings)).code]).toEqual([word, 1]);
    const nowhere = await secrets("rotate", { HOLDFAST_DATA_DIR: folder() });
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringMatching(/the first start makes it/)]);
    writeFileSync(`${file}.new`, "");
    const busy = await secrets("rotate", settings);
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringMatching(/another rotation is under way/)]);
    expect(readFileSync(file, "utf8")).toBe(old);
    expect(existsSync(`${file}.new`)).toBe(true);
  });
});
