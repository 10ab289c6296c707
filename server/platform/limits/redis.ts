import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { type Commands, STORE_TIMEOUT_MS } from "@/server/platform/limits/commands";

const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

/**
 * Any Redis over TCP. The scripts begin with a line of flags that only Upstash knows and Redis 7.0 refuses: it is taken
 * off, so their digests here are others than those the library asks for.
 */
export function redisCommands(url: string): Commands {
  const client = new Redis(url, {
    // A command that waits for a connection would be a request that waits.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A charge that is sent twice is counted twice.
    autoResendUnfulfilledCommands: false,
    connectTimeout: 1000,
    commandTimeout: STORE_TIMEOUT_MS,
    // A peer that went without a word is found out, rather than waited for.
    socketTimeout: 2000,
    retryStrategy: (times) => Math.min(100 * times, 1000),
  });
  // Without a listener it would write to the terminal; the limiter says when the store is away.
  client.on("error", () => {});
  const digests = new Map<string, string>();
  const numbersAsText = (args: unknown[]) => args.map(String);
  return {
    evalsha: async (digest, keys, args) => {
      const own = digests.get(digest);
      if (own === undefined) throw new Error("NOSCRIPT this script has not been sent yet");
      return client.evalsha(own, keys.length, ...keys, ...numbersAsText(args));
    },
    eval: async (script, keys, args) => {
      const plain = script.replace(/^#!lua[^\n]*\n/, "");
      const answer = await client.eval(plain, keys.length, ...keys, ...numbersAsText(args));
      digests.set(sha1(script), sha1(plain));
      return answer;
    },
    close: () => client.disconnect(),
  };
}
