import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { create, list, ownersOf } from "@/tests/bench/peers/holdfast";
import { bundle, bundleOf } from "@/tests/bench/peers/node-servers";
import type { Line, Peer } from "@/tests/bench/peers/peer";
import type { Bench } from "@/tests/bench/seed";
import { freePort, serve } from "@/tests/bench/serve";

/** Holdfast's procedures, schemas, statements and tables without its guard: what is left over is the guard. */
export const unguarded: Peer = unguardedWith([]);

/** @param flags Of Node, for a look at what it does. */
export function unguardedWith(flags: readonly string[]): Peer {
  return {
    key: "u",
    title: "the same procedures, unguarded",
    prepare: () => bundle("unguarded"),
    start: async (bench) => {
      const port = await freePort();
      const [database, lines] = [await loginPastTheWalls(bench), await linesOf(bench)];
      const [first] = (await lines[0]?.asks()) ?? [];
      if (!first) throw new Error("nobody calls");
      const served = await serve({
        command: [process.execPath, ...flags, bundleOf("unguarded")],
        env: { PORT: String(port), DATABASE_URL: database },
        log: bench.place("unguarded.log"),
        url: `http://127.0.0.1:${port}`,
        first,
      });
      return { ...served, ownersOf, lines };
    },
  };
}

async function linesOf({ callers, urls }: Bench): Promise<Line[]> {
  const sql = postgres(urls.admin, { max: 1 });
  const rows = await sql<{ id: string; owner: string }[]>`
    select id, personal_user_id as owner from organization where personal_user_id is not null`;
  await sql.end({ timeout: 5 });
  const workspaces = new Map(rows.map(({ id, owner }) => [owner, id]));
  const saying = (ask: typeof list) => async () =>
    callers.map((caller) =>
      ask(caller, { "x-owner": caller.id, "x-workspace": workspaces.get(caller.id) ?? "" }),
    );
  return [
    { work: "list", kind: "", way: "", asks: saying(list) },
    { work: "create", kind: "", way: "", asks: saying(create) },
  ];
}

/** Row-level security does not hold for it. It may be there already, from an earlier start in the same bench. */
async function loginPastTheWalls({ urls }: Bench): Promise<string> {
  const password = randomBytes(16).toString("hex");
  const sql = postgres(urls.admin, { max: 1, onnotice: () => {} });
  await sql.unsafe(`
    do $$ begin create role unguarded; exception when duplicate_object then null; end $$;
    alter role unguarded login bypassrls password '${password}';
    grant connect on database holdfast to unguarded;
    grant usage on schema public to unguarded;
    grant select, insert on task to unguarded`);
  await sql.end({ timeout: 5 });
  const url = new URL(urls.admin);
  url.username = "unguarded";
  url.password = password;
  return url.href;
}
