import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EnvError, loadEnv } from "@/server/env";
import { daprSecrets } from "@/server/platform/secrets/dapr";
import { environmentSecrets } from "@/server/platform/secrets/environment";
import { fileSecrets } from "@/server/platform/secrets/files";
import { newSecret } from "@/server/platform/secrets/kept";
import { SECRET_NAMES, type SecretProvider } from "@/server/platform/secrets/provider";
import { type Sidecar, startSidecar } from "@/tests/support/dapr";

const TOKEN = "the sidecar's own";
const folder = mkdtempSync(join(tmpdir(), "holdfast-secrets-"));

let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar(TOKEN);
});
afterAll(() => sidecar.close());
beforeEach(() => {
  Object.assign(sidecar, { held: {}, denied: new Set(), lists: true, broken: null, requests: [] });
});

/** A provider, and how an operator changes what it holds; null takes a secret away. */
interface Place {
  provider: SecretProvider;
  put(name: string, value: string | null): void;
  /** Makes it unreadable; null where that can not be. */
  breakIt: (() => void) | null;
}

function environment(): Place {
  const settings: Record<string, string | undefined> = {};
  return {
    provider: environmentSecrets(settings),
    put: (name, value) => {
      settings[name] = value ?? undefined;
    },
    breakIt: null,
  };
}

function files(): Place {
  const settings: Record<string, string | undefined> = {};
  const inside = mkdtempSync(join(folder, "files-"));
  return {
    provider: fileSecrets(settings),
    put: (name, value) => {
      settings[`${name}_FILE`] = value === null ? undefined : join(inside, name);
      if (value !== null) writeFileSync(join(inside, name), value);
    },
    breakIt: () => rmSync(inside, { recursive: true }),
  };
}

function dapr(layout: "one each" | "all in one" | "by name"): Place {
  sidecar.lists = layout !== "by name";
  return {
    provider: daprSecrets({ store: "vault", port: sidecar.port, apiToken: TOKEN }),
    put: (name, value) => {
      const place = layout === "all in one" ? "holdfast" : name;
      sidecar.held[place] = { ...sidecar.held[place], [name]: value ?? "" };
      if (value === null) delete sidecar.held[place][name];
      if (Object.keys(sidecar.held[place]).length === 0) delete sidecar.held[place];
    },
    breakIt: () => {
      sidecar.broken = 500;
    },
  };
}

const PLACES: [name: string, open: () => Place][] = [
  ["the environment", environment],
  ["files", files],
  ["a Dapr store with a secret for each", () => dapr("one each")],
  ["a Dapr store with one secret for all", () => dapr("all in one")],
  ["a Dapr store that can not list", () => dapr("by name")],
];

describe.each(PLACES)("secrets in %s", (_, open) => {
  const NAMES = ["BETTER_AUTH_SECRETS", "AUDIT_KEY", "DATABASE_URL"] as const;
  const valuesOf = async ({ provider }: Place, names: readonly (typeof SECRET_NAMES)[number][] = NAMES) =>
    Object.fromEntries([...(await provider.read(names))].map(([name, { value }]) => [name, value]));

  it("are given as they are, and what is not there is not", async () => {
    const place = open();
    expect(await valuesOf(place)).toEqual({});
    const text = `2:${newSecret()},1:${newSecret()}@2030-01-01T00:00:00Z`;
    place.put("BETTER_AUTH_SECRETS", text);
    place.put("DATABASE_URL", "postgres://a:p%40ss=/w@h/d?x=1");
    expect(await valuesOf(place)).toEqual({
      BETTER_AUTH_SECRETS: text,
      DATABASE_URL: "postgres://a:p%40ss=/w@h/d?x=1",
    });
  });

  it("have no line break at their end, and spaces where they had them", async () => {
    const place = open();
    place.put("AUDIT_KEY", " a key \r\n");
    expect(await valuesOf(place)).toEqual({ AUDIT_KEY: " a key " });
  });

  it("are read anew each time", async () => {
    const place = open();
    place.put("AUDIT_KEY", "first");
    expect(await valuesOf(place)).toEqual({ AUDIT_KEY: "first" });
    place.put("AUDIT_KEY", "second");
    place.put("DATABASE_URL", "third");
    expect(await valuesOf(place)).toEqual({ AUDIT_KEY: "second", DATABASE_URL: "third" });
    place.put("AUDIT_KEY", null);
    expect(await valuesOf(place)).toEqual({ DATABASE_URL: "third" });
  });

  it("are those that were asked for, and no others", async () => {
    const place = open();
    place.put("AUDIT_KEY", "a");
    place.put("SMTP_URL", "b");
    place.put("PATH", "c");
    expect(await valuesOf(place, ["AUDIT_KEY"])).toEqual({ AUDIT_KEY: "a" });
    expect(await valuesOf(place, SECRET_NAMES)).toEqual({ AUDIT_KEY: "a", SMTP_URL: "b" });
  });

  it("say where they are, and not what", async () => {
    const place = open();
    place.put("AUDIT_KEY", "opensesame");
    const found = (await place.provider.read(NAMES)).get("AUDIT_KEY");
    expect(found?.from).toMatch(/^the (environment|file \/|Dapr secret store vault)/);
    expect(found?.from).not.toContain("opensesame");
  });

  it("are not missing when nobody can tell: that is an error, without a value in it", async () => {
    const place = open();
    place.put("AUDIT_KEY", "opensesame");
    if (!place.breakIt) return expect(await valuesOf(place)).toEqual({ AUDIT_KEY: "opensesame" });
    place.breakIt();
    const error = await place.provider.read(NAMES).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: "SecretsUnavailable" });
    expect((error as Error).message).toMatch(
      /AUDIT_KEY_FILE names .*\(ENOENT\)|DAPR_SECRET_STORE vault answered 500/,
    );
    expect((error as Error).message).not.toContain("opensesame");
  });
});

describe("a Dapr store", () => {
  const from = (options = {}) =>
    daprSecrets({ store: "vault", port: sidecar.port, apiToken: TOKEN, ...options }).read(["AUDIT_KEY"]);

  it("is asked by its name, with the sidecar's token", async () => {
    await from();
    expect(sidecar.requests).toEqual(["GET /v1.0/secrets/vault/bulk"]);
    await expect(from({ apiToken: "another" })).rejects.toThrow(/wants another DAPR_API_TOKEN/);
    await expect(from({ apiToken: undefined })).rejects.toThrow(/wants another DAPR_API_TOKEN/);
    await expect(from({ store: "../v1.0/secrets/vault" })).rejects.toThrow(/answered 400/);
    expect(sidecar.requests.at(-1)).toBe("GET /v1.0/secrets/..%2Fv1.0%2Fsecrets%2Fvault/bulk");
  });

  it("gives what its scope allows: the rest is not there", async () => {
    sidecar.held = { AUDIT_KEY: { AUDIT_KEY: "a" } };
    sidecar.denied.add("AUDIT_KEY");
    expect((await from()).size).toBe(0);
    sidecar.lists = false;
    expect((await from()).size).toBe(0);
    expect(sidecar.requests.at(-1)).toBe("GET /v1.0/secrets/vault/AUDIT_KEY");
  });

  it("that holds two of one name is refused: which counts would be chance", async () => {
    sidecar.held = { one: { AUDIT_KEY: "a" }, other: { AUDIT_KEY: "b" } };
    await expect(from()).rejects.toThrow(/holds two different secrets under the key AUDIT_KEY/);
  });

  it("that is not there yet is waited for", async () => {
    const gone = await startSidecar(TOKEN);
    const { port } = gone;
    await gone.close();
    await expect(from({ port })).rejects.toThrow(/does not answer/);
    const start = performance.now();
    await expect(from({ port, patience: 700 })).rejects.toThrow(/does not answer/);
    expect(performance.now() - start).toBeGreaterThan(600);
  });
});

describe("the configuration", () => {
  const good = newSecret();
  const base = { HOLDFAST_DATA_DIR: folder };
  const file = (text: string) => {
    const path = join(mkdtempSync(join(folder, "one-")), "secret");
    writeFileSync(path, text);
    return path;
  };
  const store = () => ({
    DAPR_SECRET_STORE: "vault",
    DAPR_HTTP_PORT: String(sidecar.port),
    DAPR_API_TOKEN: TOKEN,
  });
  const linesOf = (settings: Record<string, string>) =>
    loadEnv({ ...base, ...settings }).then(
      () => [],
      (error: Error) => (error instanceof EnvError ? error.lines : [String(error)]),
    );

  it("takes secrets from files and from a store as from the environment", async () => {
    const inFile = await loadEnv({ ...base, BETTER_AUTH_SECRET_FILE: file(`${good}\n`) });
    expect(inFile.authSecrets).toEqual({ current: 1, secrets: new Map([[1, good]]), ends: new Map() });
    const other = newSecret();
    sidecar.held = { holdfast: { BETTER_AUTH_SECRET: `2:${other},1:${good}@2100-01-01T00:00:00Z` } };
    const inStore = await loadEnv({ ...base, ...store() });
    expect(inStore.authSecrets.current).toBe(2);
    expect(inStore.authSecrets.ends).toEqual(new Map([[1, Date.parse("2100-01-01T00:00:00Z")]]));
    sidecar.held = { holdfast: { BETTER_AUTH_SECRET: other } };
    expect((await inStore.secretSource.reread()).auth.secrets).toEqual(new Map([[1, other]]));
  });

  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      "a secret in two places",
      () => ({ BETTER_AUTH_SECRET: good, BETTER_AUTH_SECRET_FILE: file(good) }),
      /^BETTER_AUTH_SECRET is in the environment and in the file .*; leave one/,
    ],
    ["a file that is not there", () => ({ AUDIT_KEY_FILE: join(folder, "no") }), /^AUDIT_KEY_FILE .*ENOENT/],
    ["a file that is empty", () => ({ AUDIT_KEY_FILE: file("\n") }), /^AUDIT_KEY_FILE .* is empty/],
    ["a file that is a folder", () => ({ AUDIT_KEY_FILE: folder }), /^AUDIT_KEY_FILE .*EISDIR/],
    ["a file of another kind", () => ({ AUDIT_KEY_FILE: file("x".repeat(70_000)) }), /too large/],
    ["a weak one in a file", () => ({ AUDIT_KEY_FILE: file("opensesame") }), /^AUDIT_KEY is shorter than 32/],
    [
      "a store that is another",
      () => ({ ...store(), DAPR_SECRET_STORE: "x" }),
      /^DAPR_SECRET_STORE x answered 400/,
    ],
    [
      "a port that is none",
      () => ({ ...store(), DAPR_HTTP_PORT: "http" }),
      /^DAPR_HTTP_PORT must be 1 to 65535/,
    ],
  ])("refuses %s in one line", async (_, settings, line) => {
    const lines = await linesOf(settings());
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(lines.join()).not.toMatch(new RegExp(`opensesame|${good}`));
  });
});
