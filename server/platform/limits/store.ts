import { Ratelimit } from "@upstash/ratelimit";
import type { Env } from "@/server/env";
import { type Commands, STORE_TIMEOUT_MS } from "@/server/platform/limits/commands";
import { redisCommands } from "@/server/platform/limits/redis";
import { upstashCommands } from "@/server/platform/limits/upstash";

interface Window {
  name: string;
  size: number;
  windowMs: number;
}

/** What a store said about one charge. */
interface Count {
  isWithin: boolean;
  remaining: number;
  /** Milliseconds since 1970. */
  endsAt: number;
}

/** Counts charges to sliding windows. */
export interface LimitStore {
  /** @throws when the store is away, late, or says what can not be. */
  charge(window: Window, key: string): Promise<Count>;
  close(): void;
}

/** The store that the environment names, for all processes together. */
export function createLimitStore(named: NonNullable<Env["limitStore"]>): LimitStore {
  return storeOver(
    named.kind === "redis" ? redisCommands(named.url) : upstashCommands(named.url, named.token),
  );
}

/** Sliding windows of @upstash/ratelimit over anything that runs its scripts. */
export function storeOver(commands: Commands): LimitStore {
  const limiters = new Map<string, Ratelimit>();
  const limiterOf = ({ name, size, windowMs }: Window) => {
    // The window is part of the key: counts of two lengths can not be added up.
    const prefix = `holdfast:limit:${name}:${windowMs}`;
    const known = limiters.get(`${prefix}:${size}`);
    if (known) return known;
    const limiter = new Ratelimit({
      redis: commands as unknown as ConstructorParameters<typeof Ratelimit>[0]["redis"],
      limiter: Ratelimit.slidingWindow(size, `${windowMs} ms`),
      prefix,
      timeout: STORE_TIMEOUT_MS,
      // It would keep what is blocked in this process for ever: nothing bounds it.
      ephemeralCache: false,
    });
    limiters.set(`${prefix}:${size}`, limiter);
    return limiter;
  };
  return {
    charge: async (window, key) => {
      const answer = await limiterOf(window).limit(key);
      // The library lets everybody pass when its store is late.
      if (answer.reason === "timeout") throw new Error("the limit store did not answer in time");
      const { success, remaining, reset, limit } = answer;
      const fits = limit === window.size && Number.isInteger(remaining) && remaining < limit;
      if (!fits || typeof success !== "boolean") throw new Error("the limit store says what can not be");
      return { isWithin: success, remaining, endsAt: reset };
    },
    close: commands.close,
  };
}
