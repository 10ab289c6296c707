import { Redis } from "@upstash/redis";
import { type Commands, STORE_TIMEOUT_MS } from "@/server/platform/limits/commands";

/** Upstash over its REST API. A charge is never repeated: it could have been counted. */
export function upstashCommands(url: string, token: string): Commands {
  const redis = new Redis({
    url,
    token,
    retry: false,
    enableTelemetry: false,
    // A batch of N calls is N charges in one round trip.
    enableAutoPipelining: true,
    signal: () => AbortSignal.timeout(STORE_TIMEOUT_MS),
  });
  return {
    evalsha: (digest, keys, args) => redis.evalsha(digest, keys, args),
    eval: (script, keys, args) => redis.eval(script, keys, args),
    close: () => {},
  };
}
