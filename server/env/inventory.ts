import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { faultsOf, type Mode } from "@/server/env/faults";
import { KEPT_AUDIT, KEPT_AUTH, keptVersions } from "@/server/env/kept";
import { gatherSecrets } from "@/server/env/sources";
import { given, lineOf, variables } from "@/server/env/variables";
import { readKeptSecret } from "@/server/platform/secrets/kept";
import {
  type FoundSecret,
  SECRET_NAMES,
  type SecretName,
  type SecretProvider,
  type Settings,
} from "@/server/platform/secrets/provider";
import {
  type DatedVersions,
  datedSecrets,
  type Versions,
  versionedSecrets,
} from "@/server/platform/secrets/versions";

/** A secret that is set somewhere. */
export interface ListedSecret extends FoundSecret {
  name: SecretName;
  kind: SecretProvider["kind"] | "data folder";
  /** When its file was last written. */
  changedAt: Date | null;
  /** Of what signs and seals; undefined for the rest, and where the value is none. */
  versions: (Versions & Partial<DatedVersions>) | undefined;
}

export interface Inventory {
  mode: Mode;
  secrets: ListedSecret[];
  /** What is missing, weak or can not be read: one line each. */
  faults: string[];
}

/** The variables of what signs, and of what seals. */
export const AUTH_NAMES: readonly SecretName[] = ["BETTER_AUTH_SECRETS", "BETTER_AUTH_SECRET"];
export const AUDIT_NAMES: readonly SecretName[] = ["AUDIT_KEYS", "AUDIT_KEY"];

/** Lists secrets without making any. What is wrong is among the faults; nothing is thrown for it. */
export async function inventoryOf(source: Settings): Promise<Inventory> {
  const unread: string[] = [];
  const { settings, held } = await gatherSecrets(source, SECRET_NAMES, { isStart: false }).catch(
    (error: Error) => {
      unread.push(error.message);
      return { settings: source, held: new Map() as Awaited<ReturnType<typeof gatherSecrets>>["held"] };
    },
  );
  const parsed = variables.safeParse(given(settings));
  const read = parsed.data ?? variables.parse(wellFormed(settings, parsed.error?.issues ?? []));
  const mode = read.HOLDFAST_MODE ?? (read.DATABASE_URL ? "production" : "embedded");
  const set = await Promise.all([...held].map(async ([name, found]) => listed({ name, ...found })));
  const kept =
    mode === "production" ? { secrets: [], faults: [] } : await keptIn(resolve(read.HOLDFAST_DATA_DIR), set);
  // Of a value that is malformed it was said so already; it is not missing besides.
  const malformed = (parsed.error?.issues ?? []).filter(({ path }) => isSecret(`${String(path[0])} `));
  const missing = faultsOf(mode, read).filter(
    (line) =>
      isSecret(line) &&
      unread.length === 0 &&
      !malformed.some(({ path }) => line.startsWith(`${String(path[0])} `)),
  );
  return {
    mode,
    secrets: [...set, ...kept.secrets],
    faults: [...unread, ...malformed.map(lineOf), ...missing, ...kept.faults],
  };
}

const isSecret = (line: string) => SECRET_NAMES.some((name) => line.startsWith(`${name} `));

function wellFormed(settings: Settings, issues: readonly { path: PropertyKey[] }[]) {
  const faulty = new Set(issues.map(({ path }) => path[0]));
  return Object.fromEntries(Object.entries(given(settings)).filter(([name]) => !faulty.has(name)));
}

/** What the data folder holds in place of what nobody set. */
async function keptIn(dataDir: string, set: readonly ListedSecret[]) {
  const places = [
    { name: "BETTER_AUTH_SECRETS", names: AUTH_NAMES, file: join(dataDir, KEPT_AUTH), stem: KEPT_AUTH },
    { name: "AUDIT_KEYS", names: AUDIT_NAMES, file: join(dataDir, KEPT_AUDIT), stem: KEPT_AUDIT },
  ] as const;
  const secrets: ListedSecret[] = [];
  const faults: string[] = [];
  for (const { name, names, file, stem } of places) {
    if (set.some((one) => names.includes(one.name))) continue;
    try {
      const value = readKeptSecret(dataDir, stem);
      if (value === undefined) continue;
      keptVersions<unknown>(name === "AUDIT_KEYS" ? versionedSecrets : datedSecrets, value);
      secrets.push(await listed({ name, kind: "data folder", value, from: `the file ${file}`, file }));
    } catch (error) {
      faults.push(`${file}: ${(error as Error).message}.`);
    }
  }
  return { secrets, faults };
}

async function listed(secret: Omit<ListedSecret, "changedAt" | "versions">): Promise<ListedSecret> {
  const changedAt = secret.file ? (await stat(secret.file)).mtime : null;
  return { ...secret, changedAt, versions: versionsOf(secret) };
}

function versionsOf({ name, value }: { name: SecretName; value: string }) {
  try {
    if (AUTH_NAMES.includes(name)) return keptVersions(datedSecrets, value);
    return AUDIT_NAMES.includes(name) ? keptVersions(versionedSecrets, value) : undefined;
  } catch {
    return undefined;
  }
}
