import { type SecretProvider, type Settings, trimmed } from "@/server/platform/secrets/provider";

/** Secrets that the process was started with. */
export function environmentSecrets(settings: Settings): SecretProvider {
  return {
    kind: "environment",
    read: async (names) =>
      new Map(
        names.flatMap((name) => {
          const value = trimmed(settings[name] ?? "");
          return value ? [[name, { value, from: "the environment" }]] : [];
        }),
      ),
  };
}
