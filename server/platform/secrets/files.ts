import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type FoundSecret,
  type SecretName,
  type SecretProvider,
  SecretsUnavailable,
  type Settings,
  trimmed,
} from "@/server/platform/secrets/provider";

/** A secret is a line or two; whatever is larger is another file. */
const MAX_BYTES = 64 * 1024;

/** Secrets in files: `<NAME>_FILE` names the one that holds `<NAME>`. */
export function fileSecrets(settings: Settings): SecretProvider {
  return {
    kind: "files",
    read: async (names) => {
      const found = await Promise.all(
        names.map(async (name): Promise<[SecretName, FoundSecret][]> => {
          const path = settings[`${name}_FILE`];
          if (!path) return [];
          const file = resolve(path);
          return [[name, { value: await valueIn(name, file), from: `the file ${file}`, file }]];
        }),
      );
      return new Map(found.flat());
    },
  };
}

/** A file that was named and holds nothing is a mistake, never "not set": a weaker default would take its place. */
async function valueIn(name: SecretName, file: string): Promise<string> {
  const value = await textOf(name, file);
  if (!value) throw new SecretsUnavailable(`${name}_FILE names ${file}, which is empty.`);
  return value;
}

async function textOf(name: SecretName, file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES)
      throw new SecretsUnavailable(`${name}_FILE names ${file}, which is no secret: too large.`);
    return trimmed(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof SecretsUnavailable) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new SecretsUnavailable(
      `${name}_FILE names ${file}, which can not be read (${code}); name a file that this user may read.`,
      { cause: error },
    );
  }
}
