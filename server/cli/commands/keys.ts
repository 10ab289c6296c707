import { parseArgs } from "node:util";
import { overAuth } from "@/server/cli/auth-database";
import { type Env, loadEnv } from "@/server/env";
import {
  createKeyStore,
  type KeyStore,
  LEAD_S,
  SHORT_LEAD_S,
  type StoredKey,
} from "@/server/identity/tokens/key-store";

const USAGE = "usage: holdfast keys list | rotate [--now] | retire <kid>  [--json]";
const KID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `keys`: works on the database; the processes that run hear of it at once, or look within half a minute. */
export async function keys(args: string[], read: () => Env | Promise<Env> = loadEnv): Promise<number> {
  const options = {
    now: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [verb = "", kid = "", ...more] = positionals;
  const isWhole = verb === "retire" ? KID.test(kid) : ["list", "rotate"].includes(verb) && kid === "";
  if (!isWhole || more.length > 0 || (values.now && verb !== "rotate")) throw new Error(USAGE);
  const env = await read();
  return overAuth(env, async (sql) => {
    const store = createKeyStore(sql, () => env.authSecrets);
    const said = verb === "list" ? "" : await change(store, verb, kid, values.now);
    const all = describedAll(await store.list(true));
    if (values.json) console.log(JSON.stringify({ keys: all, ...(said && { done: said }) }));
    else {
      if (said) console.log(said);
      for (const key of all)
        console.log(
          `${key.kid}  ${key.state.padEnd(9)}  signs from ${key.signsFrom}${key.expiresAt ? `  verifies until ${key.expiresAt}` : ""}`,
        );
    }
    return 0;
  });
}

async function change(store: KeyStore, verb: string, kid: string, isNow: boolean): Promise<string> {
  if (verb === "rotate") {
    const made = await store.add("commanded", isNow ? SHORT_LEAD_S : LEAD_S);
    if (!made) throw new Error("a key waits for its time to sign already; keys list shows it");
    return isNow
      ? `${made} signs at once; who keeps our JWKS may refuse its tokens until that copy ends`
      : `${made} is published, and signs in ${LEAD_S / 60} minutes, when nobody keeps a JWKS without it`;
  }
  if (!(await store.retire(kid))) throw new Error(`there is no key ${kid} that verifies`);
  // Where it was the last one that signs, another takes its place at once.
  const made = await store.add("missing", 0);
  return `${kid} is retired, its tokens are refused${made ? `; ${made} signs` : ""}`;
}

type State = "waiting" | "signing" | "verifying" | "retired";

/** What each key does now; of those whose time has come the youngest signs. */
function describedAll(stored: StoredKey[], now = Date.now()) {
  const isOver = ({ expiresAt }: StoredKey) => expiresAt !== null && expiresAt.getTime() <= now;
  const signing = stored.find((key) => !isOver(key) && key.signsFrom.getTime() <= now);
  const stateOf = (key: StoredKey): State => {
    if (isOver(key)) return "retired";
    if (key === signing) return "signing";
    return key.signsFrom.getTime() > now ? "waiting" : "verifying";
  };
  return stored.map((key) => ({
    kid: key.kid,
    state: stateOf(key),
    createdAt: key.createdAt.toISOString(),
    signsFrom: key.signsFrom.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
  }));
}
