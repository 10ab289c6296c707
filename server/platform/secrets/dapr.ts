import { setTimeout as sleep } from "node:timers/promises";
import {
  type FoundSecret,
  SECRET_NAMES,
  type SecretName,
  type SecretProvider,
  SecretsUnavailable,
  trimmed,
} from "@/server/platform/secrets/provider";

interface DaprOptions {
  /** Name of the secret store component. */
  store: string;
  /** Port of the sidecar on this machine. */
  port: number;
  /** What the sidecar wants to see, where it wants anything. */
  apiToken?: string | undefined;
  /** Milliseconds to wait for a sidecar that does not answer yet. */
  patience?: number;
}

const TIMEOUT_MS = 5_000;
const PAUSE_MS = 250;

/** An answer of the sidecar: what a secret holds by key, null when there is none. */
type Held = Record<string, string> | null;

/**
 * Secrets in a Dapr secret store, over the sidecar's HTTP API (docs.dapr.io/reference/api/secrets_api). Our names are
 * looked for among the keys of all secrets that the scope allows, so one Kubernetes secret may hold them all.
 */
export function daprSecrets(options: DaprOptions): SecretProvider {
  const { store } = options;
  return {
    kind: "dapr",
    read: async (names) => {
      const found = new Map<SecretName, FoundSecret>();
      for (const held of await heldIn(options, names)) {
        for (const [key, value] of Object.entries(held ?? {})) {
          const name = SECRET_NAMES.find((one) => one === key && names.includes(one));
          const plain = typeof value === "string" ? trimmed(value) : "";
          if (!name || !plain) continue;
          const other = found.get(name);
          if (other && other.value !== plain)
            throw unavailable(store, `holds two different secrets under the key ${name}`);
          found.set(name, { value: plain, from: `the Dapr secret store ${store}` });
        }
      }
      return found;
    },
  };
}

async function heldIn(options: DaprOptions, names: readonly SecretName[]): Promise<Held[]> {
  const bulk = await ask(options, "bulk");
  if (bulk.status === 200) return Object.values(bulk.body as Record<string, Held>);
  if (bulk.status === 400 || bulk.status === 401) throw refused(options.store, bulk.status);
  // Some stores can not list: then one after the other, by name.
  return Promise.all(
    names.map(async (name) => {
      const { status, body } = await ask(options, encodeURIComponent(name));
      if (status === 200) return body as Held;
      // Not there, or not ours to read: what must be there is missed by whoever needs it.
      if (status === 204 || status === 403) return null;
      throw refused(options.store, status);
    }),
  );
}

const refused = (store: string, status: number) =>
  unavailable(store, status === 401 ? "wants another DAPR_API_TOKEN" : `answered ${status}`);

const unavailable = (store: string, what: string) =>
  new SecretsUnavailable(
    `DAPR_SECRET_STORE ${store} ${what}; check the component, its scope and DAPR_HTTP_PORT.`,
  );

interface Answer {
  status: number;
  body: object;
}

async function ask(options: DaprOptions, path: string): Promise<Answer> {
  const url = `http://127.0.0.1:${options.port}/v1.0/secrets/${encodeURIComponent(options.store)}/${path}`;
  const headers: Record<string, string> = options.apiToken ? { "dapr-api-token": options.apiToken } : {};
  const until = performance.now() + (options.patience ?? 0);
  for (;;) {
    const answer = await answerOf(url, headers);
    if (answer) return answer;
    if (performance.now() >= until) throw unavailable(options.store, "does not answer");
    await sleep(PAUSE_MS);
  }
}

/** Undefined when there is none. What failed may be an answer in part, so nothing of the error is told. */
async function answerOf(url: string, headers: Record<string, string>): Promise<Answer | undefined> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { headers, signal, redirect: "error" });
    const body: unknown = answer.status === 200 ? await answer.json() : {};
    return typeof body === "object" && body !== null ? { status: answer.status, body } : undefined;
  } catch {
    return undefined;
  }
}
