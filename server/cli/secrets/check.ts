import { parseArgs } from "node:util";
import { readInventory } from "@/server/env";
import type { ListedSecret } from "@/server/env/inventory";
import type { Settings } from "@/server/platform/secrets/provider";

export const CHECK_USAGE = "secrets check [--json]";

type State = "current" | "upcoming" | "accepted" | "kept" | "ended";

interface ListedVersion {
  version: number;
  state: State;
  endsAt: string | null;
}

/** `secrets check`: which secrets are set, where, and until when; never a value. 1 when one is missing or weak. */
export async function checkSecrets(args: string[], settings?: Settings): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: "boolean", default: false } } });
  const { mode, secrets, faults } = await readInventory(settings);
  const lines = secrets.map(({ name, kind, from, changedAt, ...secret }) => ({
    ...{ name, kind, from },
    changedAt: changedAt?.toISOString() ?? null,
    versions: versionsOf(secret),
  }));
  if (values.json) console.log(JSON.stringify({ mode, secrets: lines, faults }, null, 2));
  else {
    for (const { name, from, changedAt, versions } of lines)
      console.log(
        [`${name}: ${from}`, ...versions.map(told), ...(changedAt ? [`written ${changedAt}`] : [])].join(
          "; ",
        ),
      );
    for (const fault of faults) console.error(`holdfast: ${fault}`);
    console.log(`${lines.length} secrets in ${mode} mode, ${faults.length} faults`);
  }
  return faults.length === 0 ? 0 : 1;
}

function versionsOf({ versions }: Pick<ListedSecret, "versions">): ListedVersion[] {
  if (!versions) return [];
  return [...versions.secrets.keys()].map((version) => {
    const end = versions.ends?.get(version);
    return {
      version,
      state: stateOf(version, versions.current, end),
      endsAt: end ? new Date(end).toISOString() : null,
    };
  });
}

function stateOf(version: number, current: number, end: number | undefined): State {
  if (version === current) return "current";
  if (version > current) return "upcoming";
  if (end === undefined) return "kept";
  return Date.now() < end ? "accepted" : "ended";
}

function told({ version, state, endsAt }: ListedVersion): string {
  return `version ${version} ${state}${state === "accepted" ? ` until ${endsAt}` : ""}`;
}
