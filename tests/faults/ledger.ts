import postgres from "postgres";
import type { Sql } from "@/db/client";
import type { TransactionSettings } from "@/db/transaction";
import { scratchDatabase } from "@/tests/support/database";

export const settings: TransactionSettings = {
  role: "holdfast_tenant",
  workspaceId: "0198c0de-0000-7000-8000-000000000001",
  userId: "0198c0de-0000-7000-8000-000000000002",
  reach: "own",
  workspaceIds: ["0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000003"],
};

/** A database with one table of its own, so that tests of transactions need nothing of the product's schema. */
export async function ledgerDatabase() {
  const database = await scratchDatabase();
  const admin: Sql = postgres(database.adminUrl, { max: 2, onnotice: () => {} });
  await admin.unsafe(`
    create table ledger (
      id integer primary key, at timestamptz, local timestamp, days timestamptz[], doc jsonb, raw bytea, slow boolean,
      parent integer constraint parent_exists references ledger deferrable initially deferred);
    grant select, insert, update on ledger to holdfast_tenant;
    create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(5); return new; end $$;
    create constraint trigger dawdle after insert on ledger deferrable initially deferred
      for each row when (new.slow) execute function dawdle()`);
  const kept = async () =>
    (await admin<{ id: number }[]>`select id from ledger order by id`).map((row) => row.id);
  const empty = () => admin`delete from ledger`;
  const drop = async () => {
    await admin.end({ timeout: 2 });
    await database.drop();
  };
  return { url: database.appUrl, admin, kept, empty, drop };
}

/** The reason why a promise is rejected. */
export function caught(promise: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve(promise).then(
    () => "did not fail",
    (error: unknown) => error,
  );
}
