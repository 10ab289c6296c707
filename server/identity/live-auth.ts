import type { Auth } from "@/server/identity/auth";
import type { LiveSecrets } from "@/server/platform/secrets/live";
import { currentSecret, type DatedVersions } from "@/server/platform/secrets/versions";

/** What Better Auth is told of our secrets. */
export interface AuthSecrets {
  /** Opens what was encrypted before there were versions: the first there ever was. */
  secret: string;
  /** The current one first, which signs. Others only open what they encrypted, for as long as they are listed. */
  secrets: { version: number; value: string }[];
}

/** Better Auth takes its secrets once: each replacement is answered by an instance of its own, from the next request on. */
export function createLiveAuth(live: LiveSecrets, build: (secrets: AuthSecrets) => Auth): Auth {
  let auth = build(authSecrets(live.auth()));
  live.onReplaced((now) => {
    auth = build(authSecrets(now.auth));
  });
  return {
    handler: (request) => auth.handler(request),
    paths: auth.paths,
    verifyPassword: (given) => auth.verifyPassword(given),
  };
}

function authSecrets(versions: DatedVersions): AuthSecrets {
  const first = Math.min(...versions.secrets.keys());
  const others = [...versions.secrets].filter(([version]) => version !== versions.current);
  return {
    secret: versions.secrets.get(first) ?? currentSecret(versions),
    secrets: [[versions.current, currentSecret(versions)] as const, ...others].map(([version, value]) => ({
      version,
      value,
    })),
  };
}
