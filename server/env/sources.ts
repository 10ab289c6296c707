import { z } from "zod";
import { daprSecrets } from "@/server/platform/secrets/dapr";
import { environmentSecrets } from "@/server/platform/secrets/environment";
import { fileSecrets } from "@/server/platform/secrets/files";
import {
  type FoundSecret,
  type SecretName,
  type SecretProvider,
  SecretsUnavailable,
  type Settings,
} from "@/server/platform/secrets/provider";
import { isVersioned } from "@/server/platform/secrets/versions";

export type HeldSecrets = ReadonlyMap<SecretName, FoundSecret & { kind: SecretProvider["kind"] }>;

interface Gathered {
  /** The settings, with the value of each secret under its own name. */
  settings: Settings;
  held: HeldSecrets;
}

/** Milliseconds that a start waits for a sidecar, which may be started after us. */
const START_PATIENCE_MS = 20_000;

const dapr = z.object({
  DAPR_SECRET_STORE: z.string().min(1).optional(),
  DAPR_HTTP_PORT: z.coerce.number({ error: "is not a number" }).int().min(1).max(65_535).default(3500),
  DAPR_API_TOKEN: z.string().optional(),
});

/**
 * Looks for secrets wherever the settings say that they are.
 * @throws SecretsUnavailable when a place can not be read, or two hold the same secret: which counts would be chance.
 */
export async function gatherSecrets(
  settings: Settings,
  names: readonly SecretName[],
  { isStart = true } = {},
): Promise<Gathered> {
  const held = new Map<SecretName, FoundSecret & { kind: SecretProvider["kind"] }>();
  for (const provider of providersOf(settings, isStart)) {
    for (const [name, found] of await provider.read(names)) {
      const other = held.get(name);
      if (other)
        throw new SecretsUnavailable(
          `${name} is in ${other.from} and in ${found.from}; leave one of the two.`,
        );
      held.set(name, { ...found, kind: provider.kind });
    }
  }
  const values = [...held].map(([name, { value, kind }]) => [
    // A file keeps its name when its one secret becomes several versions.
    kind !== "environment" && isVersioned(value) ? (SEVERAL[name] ?? name) : name,
    value,
  ]);
  return { settings: { ...settings, ...Object.fromEntries(values) }, held };
}

const SEVERAL: Partial<Record<SecretName, SecretName>> = {
  BETTER_AUTH_SECRET: "BETTER_AUTH_SECRETS",
  AUDIT_KEY: "AUDIT_KEYS",
};

function providersOf(settings: Settings, isStart: boolean): SecretProvider[] {
  const given = Object.entries(settings).filter(([, value]) => value !== "");
  const parsed = dapr.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw new SecretsUnavailable("DAPR_HTTP_PORT must be 1 to 65535.");
  const { DAPR_SECRET_STORE: store, DAPR_HTTP_PORT: port, DAPR_API_TOKEN: apiToken } = parsed.data;
  const patience = isStart ? START_PATIENCE_MS : 0;
  return [
    environmentSecrets(settings),
    fileSecrets(settings),
    ...(store ? [daprSecrets({ store, port, apiToken, patience })] : []),
  ];
}
