import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PASSWORD, signIn, signUp } from "@/tests/support/browser";
import { eventually, holdAt } from "@/tests/support/hold";
import { type House, openHouse } from "@/tests/support/house";

const AT_ONCE = 9;

/** Every step of a sign-up in the database, in its order. */
const MOMENTS: [table: string, moment: "insert" | "commit"][] = [
  ["user", "insert"],
  ["organization", "insert"],
  ["member", "insert"],
  ["audit_event", "insert"],
  ["account", "insert"],
  ["account", "commit"],
];

interface Child {
  process: ChildProcess;
  addresses: string[];
  /** Tells it to sign its people up. */
  begin(): void;
  /** Addresses whose sign-up was answered with 200. */
  answered(): string[];
}

let house: House;
let children: Child[];
beforeAll(async () => {
  house = await openHouse();
  // All at once beforehand, because a start costs more than all that follows.
  children = await Promise.all([...MOMENTS, ["any", "moment"]].map((names) => startChild(names.join("-"))));
});
afterAll(async () => {
  for (const child of children) child.process.kill("SIGKILL");
  await house.close();
});

/** A server of its own that signs people up; resolves when it is ready to. */
async function startChild(name: string): Promise<Child> {
  const addresses = Array.from({ length: AT_ONCE }, (_, index) => `${name}-${index}@example.com`);
  const script = join(import.meta.dirname, "../support/sign-up-child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, addresses.join(), PASSWORD], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      HOLDFAST_MODE: "development",
      HOLDFAST_DATA_DIR: mkdtempSync(join(tmpdir(), "holdfast-child-")),
      DATABASE_URL: house.database.appUrl,
      DATABASE_AUTH_URL: house.database.authUrl,
      DATABASE_POOL: String(2 * AT_ONCE),
    },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await eventually(async () => output.includes("ready\n"));
  return {
    process: child,
    addresses,
    begin: () => child.stdin.write("go\n"),
    answered: () => [...output.matchAll(/^answered 200 (.*)$/gm)].map(([, email]) => email ?? ""),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
  child.kill("SIGKILL");
  await gone;
}

/** What the dead process left open is rolled back, or ends its commit, as soon as the server notices. */
const settled = () =>
  eventually(
    async () =>
      (
        await house.admin`
    select 1 from pg_stat_activity where datname = current_database() and usename = 'holdfast_auth' and state <> 'idle'`
      ).length === 0,
  );

/** Accounts by halves: what no moment of a crash may leave. */
const halves = () => house.admin`
  select u.email, count(distinct o.id)::int as workspaces, count(distinct m.id)::int as memberships, count(distinct a.id)::int as accounts
  from "user" u left join organization o on o.personal_user_id = u.id
  left join member m on m.user_id = u.id and m.organization_id = o.id and m.role = 'owner'
  left join account a on a.user_id = u.id and a.password is not null
  group by u.id having (count(distinct o.id), count(distinct m.id), count(distinct a.id)) <> (1, 1, 1)
  union all select 'workspace of nobody', 0, 0, 0 from organization where personal_user_id is null
  union all select 'membership of nobody', 0, 0, 0 from member m where not exists (select 1 from organization o where o.id = m.organization_id)`;
const known = async (addresses: string[]) =>
  (
    await house.admin<{ email: string }[]>`select email from "user" where email in ${house.admin(addresses)}`
  ).map(({ email }) => email);
async function canSignUpAndIn(email: string): Promise<void> {
  expect((await signUp(house, email)).status).toBe(200);
  expect((await signIn(house, email)).status).toBe(200);
}

describe("when the process is killed in the middle of sign-ups", () => {
  const cases = MOMENTS.map(([table, moment], index) => ({ table, moment, index }));

  it.each(cases)(
    "at $table, $moment: each account is whole or not there, and the address is free",
    async ({ table, moment, index }) => {
      const { process: child, addresses, begin, answered } = children[index] as Child;
      const hold = await holdAt(house.database.adminUrl, table, moment);
      begin();
      await hold.reached(AT_ONCE);
      await kill(child);
      expect(answered()).toEqual([]);
      await hold.release();
      await settled();
      expect(await halves()).toEqual([]);
      // What waited in its COMMIT may finish it; what came before can not have been kept.
      if (moment === "insert") expect(await known(addresses)).toEqual([]);
      await canSignUpAndIn(addresses[0] ?? "");
      expect(await halves()).toEqual([]);
    },
  );

  it("at any moment: whoever had an answer has an account, and nobody has half of one", async () => {
    const { process: child, addresses, begin, answered } = children.at(-1) as Child;
    const hold = await holdAt(house.database.adminUrl, "account", "insert");
    begin();
    await hold.reached(AT_ONCE);
    await hold.release();
    await sleep(Math.random() * 10);
    await kill(child);
    await settled();
    expect(await halves()).toEqual([]);
    expect(await known(addresses)).toEqual(expect.arrayContaining(answered()));
    await canSignUpAndIn(addresses[0] ?? "");
  });
});
