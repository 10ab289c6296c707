import type { Sql } from "@/db/client";
import { prefixOf } from "@/server/platform/limits/network";

/** Most keys whose uses wait to be written, and whose networks are remembered. */
const MOST_KEYS = 10_000;
/** Most networks that are kept of a key: whoever roams further is told of again. */
const MOST_NETWORKS = 50;
/** Milliseconds between two writes of when keys were used. */
const WRITE_EVERY_MS = 60_000;

/** A key was used from a network that it never was used from before. */
export interface NewNetwork {
  keyId: string;
  /** /24 of IPv4, /48 of IPv6. */
  network: string;
}

export interface KeyUsage {
  /** Notes that a key was used now. Costs no wait and no connection. */
  noteUsed(keyId: string, address: string | null): void;
  /** Writes what was noted, when it is time or a network is unfamiliar; with `isLast`, whatever there is. */
  flush(isLast?: boolean): Promise<void>;
}

interface UsageOptions {
  /** As holdfast_auth. */
  sql: Sql;
  onNewNetwork(use: NewNetwork): void;
  /** Milliseconds since 1970. */
  now?(): number;
}

interface Use {
  at: number;
  networks: Set<string>;
}

/** When and from where keys are used: noted in memory, and written once a minute at most, for all keys by one statement. */
export function createKeyUsage({ sql, onNewNetwork, now = Date.now }: UsageOptions): KeyUsage {
  let noted = new Map<string, Use>();
  const familiar = new Map<string, Set<string>>();
  let hasUnfamiliar = false;
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    noteUsed(keyId, address) {
      const use = noted.get(keyId) ?? { at: 0, networks: new Set() };
      if (!noted.has(keyId) && noted.size >= MOST_KEYS) return;
      noted.set(keyId, use);
      use.at = now();
      const network = address && prefixOf(address);
      if (!network || familiar.get(keyId)?.has(network) || use.networks.size >= MOST_NETWORKS) return;
      use.networks.add(network);
      hasUnfamiliar = true;
    },
    async flush(isLast = false) {
      const isDue = isLast || hasUnfamiliar || now() - writtenAt >= WRITE_EVERY_MS;
      if (noted.size === 0 || !isDue) return;
      const uses = noted;
      noted = new Map();
      hasUnfamiliar = false;
      try {
        const known = await write(sql, uses);
        writtenAt = now();
        for (const [keyId, before] of known) {
          const seen = [...(uses.get(keyId)?.networks ?? [])];
          const fresh = seen.filter((network) => !before.includes(network));
          // Where it is used first is no news.
          if (before.length > 0) for (const network of fresh) onNewNetwork({ keyId, network });
          if (familiar.size >= MOST_KEYS) familiar.clear();
          familiar.set(keyId, new Set([...before, ...fresh]));
        }
      } catch (error) {
        for (const [keyId, use] of uses)
          if (noted.size < MOST_KEYS && !noted.has(keyId)) noted.set(keyId, use);
        hasUnfamiliar = true;
        throw error;
      }
    },
  };
}

/** Answers the networks that each key was known to be used from before. */
function write(sql: Sql, uses: ReadonlyMap<string, Use>): Promise<Map<string, string[]>> {
  const rows = [...uses].map(([id, { at, networks }]) => ({ id, at: new Date(at), networks: [...networks] }));
  return sql.begin(async (tx) => {
    const batch = JSON.stringify(rows);
    // In the order of ids: two processes that write the same keys wait for each other, and never in a circle.
    const known = await tx<{ id: string; networks: string[] }[]>`
      select k.id, k.networks from apikey k
      where k.id in (select id from jsonb_to_recordset(${batch}::text::jsonb) as u (id uuid)) order by k.id for update`;
    await tx`
      update apikey k set last_request = greatest(k.last_request, u.at),
        networks = (select coalesce(jsonb_agg(network), '[]') from (
          select distinct network from jsonb_array_elements(k.networks || u.networks) as network limit ${MOST_NETWORKS}) as kept)
      from jsonb_to_recordset(${batch}::text::jsonb) as u (id uuid, at timestamptz, networks jsonb) where k.id = u.id`;
    return new Map(known.map(({ id, networks }) => [id, networks]));
  }) as Promise<Map<string, string[]>>;
}
