import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { JWK } from "jose";
import type { Sql } from "@/db/client";
import { overAuth } from "@/server/cli/auth-database";
import { type Env, loadEnv } from "@/server/env";
import { platformRole } from "@/server/identity/identity";
import { rolesOf } from "@/server/identity/tokens/claims";
import { type Explained, explain, type Standing } from "@/server/identity/tokens/explain";
import { createKeyStore } from "@/server/identity/tokens/key-store";

const USAGE =
  "usage: holdfast token explain [--token-file <file>] [--jwks <url>] [--json] (else the token on stdin)";
const LONGEST = 64 * 1024;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `token explain`: 0 for a token that is good now, 1 with the first check that fails. The token is no argument: shells remember those. */
export async function explainToken(
  args: string[],
  { read = loadEnv as () => Env | Promise<Env>, input = process.stdin } = {},
): Promise<number> {
  const options = {
    "token-file": { type: "string" },
    jwks: { type: "string" },
    json: { type: "boolean", default: false },
  } as const;
  const { values } = parse(args, options);
  const file = values["token-file"];
  const given = file === undefined ? await text(input) : readFileSync(file, "utf8");
  const token = given
    .slice(0, LONGEST)
    .trim()
    .replace(/^(?:authorization:\s*)?bearer\s+/i, "");
  const env = await read();
  const now = Date.now() / 1000;
  const { jwks } = values;
  const checks = jwks
    ? await explain(token, { ...env.tokens, keys: await published(jwks), standing: undefined, now })
    : await overAuth(env, async (sql) => {
        const stored = await createKeyStore(sql, () => env.authSecrets).list();
        const keys = stored.map(({ kid, publicKey }) => ({ ...(JSON.parse(publicKey) as JWK), kid }));
        return explain(token, { ...env.tokens, keys, standing: standingIn(sql), now });
      });
  const failed = checks.find(({ fault }) => fault !== null);
  console.log(values.json ? JSON.stringify({ valid: !failed, checks }) : inWords(checks, failed));
  return failed ? 1 : 0;
}

function parse<Options extends NonNullable<Parameters<typeof parseArgs>[0]>["options"]>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options });
  } catch (cause) {
    // Its own message would show the argument, which may be a token.
    throw new Error(USAGE, { cause });
  }
}

function inWords(checks: readonly Explained[], failed: Explained | undefined): string {
  const good = checks.filter(({ fault }) => fault === null).map(({ check }) => check);
  const passed = good.length > 0 ? [`passed: ${good.join(", ")}`] : [];
  if (!failed) return [...passed, "the token is good"].join("\n");
  return [...passed, `${failed.check}: ${failed.fault}`, `remedy: ${failed.remedy}`].join("\n");
}

async function published(url: string): Promise<JWK[]> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const { keys } = (await answer.json()) as { keys?: unknown };
  if (!answer.ok || !Array.isArray(keys)) throw new Error(`${url} answered ${answer.status} and no JWKS`);
  return keys as JWK[];
}

function standingIn(sql: Sql) {
  return async (sid: string, userId: string): Promise<Standing> => {
    if (!UUID.test(sid) || !UUID.test(userId)) return { session: null, owner: null };
    const [session] = await sql<{ userId: string; isOver: boolean }[]>`
      select user_id as "userId", expires_at <= now() as "isOver" from session where id = ${sid}`;
    const [owner] = await sql<{ isBanned: boolean; role: string | null }[]>`
      select coalesce(banned, false) and (ban_expires is null or ban_expires > now()) as "isBanned", role
      from "user" where id = ${userId}`;
    return {
      session: session ?? null,
      owner: owner
        ? { isBanned: owner.isBanned, roles: rolesOf({ platformRole: platformRole(owner.role) }) }
        : null,
    };
  };
}
