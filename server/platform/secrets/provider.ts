/** Every variable that holds a secret, or an address with one in it. */
export const SECRET_NAMES = [
  "BETTER_AUTH_SECRET",
  "BETTER_AUTH_SECRETS",
  "AUDIT_KEY",
  "AUDIT_KEYS",
  "DATABASE_URL",
  "DATABASE_AUTH_URL",
  "DATABASE_DIRECT_URL",
  "REDIS_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "SMTP_URL",
  "AUDIT_HEADS_URL",
] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

export interface FoundSecret {
  value: string;
  /** Where it is, for people: `the file /run/secrets/auth`. */
  from: string;
  /** The file that holds it, where one does. */
  file?: string;
}

/** Where secrets come from. What is read is what holds now: nothing is remembered. */
export interface SecretProvider {
  readonly kind: "environment" | "files" | "dapr";
  /**
   * What it has of these names. A value has no line break at its end, and one that is empty is not there.
   * @throws SecretsUnavailable when nobody can tell what holds now.
   */
  read(names: readonly SecretName[]): Promise<ReadonlyMap<SecretName, FoundSecret>>;
}

/** A source of secrets can not be read. The message names the variable and the mending, and no value. */
export class SecretsUnavailable extends Error {
  override readonly name = "SecretsUnavailable";
}

export type Settings = Readonly<Record<string, string | undefined>>;

/** A file or a store often ends a value with a line break that nobody meant. */
export const trimmed = (value: string) => value.replace(/[\r\n]+$/, "");
