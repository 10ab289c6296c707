import { newSecret } from "@/server/platform/secrets/kept";
import type { DatedVersions } from "@/server/platform/secrets/versions";
import type { House } from "@/tests/support/house";

const HOUR = 3_600_000;

export const [FIRST, SECOND, THIRD] = [newSecret(), newSecret(), newSecret()];

/** Version 2 signs, version 1 ends in an hour, version 3 is upcoming: unless said otherwise. */
export function putInForce({ runtime }: House, change: Partial<DatedVersions> = {}): void {
  const secrets = new Map([FIRST, SECOND, THIRD].map((secret, index) => [index + 1, secret]));
  const auth = { current: 2, secrets, ends: new Map([[1, Date.now() + HOUR]]), ...change };
  runtime.secrets.replace({ auth, audit: runtime.secrets.audit() });
}
