import { describeIsolation } from "@/tests/isolation/suite";

describeIsolation("with row-level security taken down", async ({ admin }) => {
  const tables =
    await admin`select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace`;
  for (const { relname } of tables) await admin`alter table ${admin(relname)} disable row level security`;
});
