import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readInventory } from "@/server/env";
import { AUDIT_NAMES, AUTH_NAMES, type ListedSecret } from "@/server/env/inventory";
import { newSecret } from "@/server/platform/secrets/kept";
import type { Settings } from "@/server/platform/secrets/provider";
import { replaceFile, rotated, writeNewFile } from "@/server/platform/secrets/rotate";
import { writtenVersions } from "@/server/platform/secrets/versions";

export const ROTATE_USAGE =
  "secrets rotate [--name auth|audit] [--overlap 7d | --compromised | --stage] [--out <file>] [--json]";

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DEFAULT_OVERLAP = "7d";

interface Order {
  name: "auth" | "audit";
  how: "next" | "stage" | "compromised";
  /** Milliseconds for which what was signed before stays accepted. */
  overlap: number;
  out: string | null;
  json: boolean;
}

/**
 * `secrets rotate`: a new version signs, and earlier ones are accepted until their end. A running process takes over
 * what lies in a file; elsewhere the new text goes into a file of your choice, and never to the terminal.
 */
export async function rotateSecrets(args: string[], settings?: Settings): Promise<number> {
  const order = orderOf(args);
  const secret = await heldSecret(order.name, settings);
  const { versions } = secret;
  if (!versions) throw new Error(`${secret.name} can not be used as it is: see holdfast secrets check`);
  const end = order.name === "audit" ? null : Date.now() + order.overlap;
  const next = rotated(versions, { fresh: newSecret(), end, how: order.how });
  const written = put(secret, order, `${writtenVersions(next)}\n`);
  const ends = [...(next.ends ?? [])].filter(([version]) => version !== next.current);
  if (order.json) {
    const until = ends.map(([version, at]) => ({ version, endsAt: new Date(at).toISOString() }));
    console.log(JSON.stringify({ name: order.name, version: next.current, earlier: until, ...written }));
    return 0;
  }
  const added = Math.max(...next.secrets.keys());
  if (order.how === "stage")
    console.log(`version ${added} is accepted, and signs after another holdfast secrets rotate`);
  else console.log(`version ${next.current} signs`);
  for (const [version, at] of ends)
    if (order.how !== "stage")
      console.log(
        at <= Date.now()
          ? `version ${version} has ended`
          : `version ${version} ends ${new Date(at).toISOString()}`,
      );
  console.log(written.todo);
  return 0;
}

async function heldSecret(name: Order["name"], settings: Settings | undefined): Promise<ListedSecret> {
  const { secrets, faults } = await readInventory(settings);
  const names = name === "auth" ? AUTH_NAMES : AUDIT_NAMES;
  const held = secrets.find((secret) => names.includes(secret.name));
  if (held) return held;
  throw new Error(faults[0] ?? "there is none yet: the first start makes it");
}

/** Puts the new text where it belongs, and says what is left to do. */
function put(secret: ListedSecret, { out, name }: Order, text: string): { file: string; todo: string } {
  const several = name === "auth" ? "BETTER_AUTH_SECRETS" : "AUDIT_KEYS";
  const unset = secret.name === several ? "" : `, unset ${secret.name}`;
  if (out) {
    written(() => writeNewFile(out, text), out, "name a file that is not there yet");
    const where =
      secret.kind === "environment"
        ? `set ${several} to what ${out} holds${unset}`
        : `put what ${out} holds into ${secret.from}`;
    const then =
      secret.kind === "environment"
        ? "start the processes anew, one after the other"
        : "the processes take it over, at once after kill -HUP";
    return { file: out, todo: `${where}; ${then}; then remove ${out}` };
  }
  const { file } = secret;
  if (!file)
    throw new Error(
      `${secret.name} is in ${secret.from}, which is not ours to change: name a file for the new text with --out`,
    );
  written(
    () => replaceFile(file, text),
    file,
    "name a file for the new text with --out, and put it there yourself",
  );
  return { file, todo: `${file} is written; processes on it take it over by themselves` };
}

function written(write: () => void, file: string, mending: string): void {
  try {
    write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && !mending.startsWith("name a file that"))
      throw new Error(`${file}.new is there: another rotation is under way, or was cut off; then remove it`, {
        cause: error,
      });
    throw new Error(`${file} can not be written (${code}); ${mending}`, { cause: error });
  }
}

function orderOf(args: string[]): Order {
  const options = {
    name: { type: "string", default: "auth" },
    overlap: { type: "string" },
    compromised: { type: "boolean", default: false },
    stage: { type: "boolean", default: false },
    out: { type: "string" },
    json: { type: "boolean", default: false },
  } as const;
  const { values } = parseArgs({ args, options });
  const { name, overlap, compromised, stage, out, json } = values;
  const [, count = "0", unit = ""] = /^(\d{1,5})([smhd])$/.exec(overlap ?? DEFAULT_OVERLAP) ?? [];
  const isOne = [overlap !== undefined, compromised, stage].filter(Boolean).length < 2;
  if ((name !== "auth" && name !== "audit") || !unit || !isOne)
    throw new Error(`usage: holdfast ${ROTATE_USAGE}`);
  if (name === "audit" && (compromised || overlap))
    throw new Error(
      "a key of the audit trail has no end: what it sealed must stay verifiable; rotate it without",
    );
  const early = stage ? "stage" : "next";
  const how = compromised ? "compromised" : early;
  return { name, how, overlap: Number(count) * (UNITS[unit] ?? 0), out: out ? resolve(out) : null, json };
}
