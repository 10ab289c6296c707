import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "@/tests/support/database";

const ROOT = join(import.meta.dirname, "../..");
const SECRET = "k3Qz8vRt1LmXw5Yb7NcJd2Hf9GsPa4Ue";

type Settings = Record<string, string>;

let database: ScratchDatabase;
let admin: postgres.Sql;
let taken: Server;
let folder: string;
const bare = `bare_${process.pid}`;
beforeAll(async () => {
  database = await scratchDatabase();
  admin = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${bare}`);
  await admin.unsafe(`create role ${bare} login noinherit password 'opensesame'`);
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  folder = mkdtempSync(join(tmpdir(), "holdfast-starts-"));
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, "a-file"), "not a folder");
  mkdirSync(join(folder, "closed"), { mode: 0o000 });
});
afterAll(async () => {
  taken.close();
  await admin.unsafe(`drop database ${bare}`);
  await admin.unsafe(`drop role ${bare}`);
  await admin.end({ timeout: 5 });
  await database.drop();
});

interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the product as `npm start` does, with these settings and no others; root would be let in everywhere. */
async function start(settings: Settings, { asNobody = false } = {}): Promise<Ending> {
  const nobody = asNobody && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(process.execPath, ["--import", "tsx", "server/main.ts"], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: "production",
      HOLDFAST_DATA_DIR: join(folder, "data"),
      ...settings,
    },
    ...nobody,
  });
  const ending: Ending = { code: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    ending.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    ending.stderr += text;
  });
  ending.code = await new Promise((resolve) => child.once("close", resolve));
  return ending;
}

const changed = (url: string, change: Partial<URL>) => Object.assign(new URL(url), change).href;
const development = (url: string, authUrl = database.authUrl): Settings => ({
  HOLDFAST_MODE: "development",
  PORT: String(freePort++),
  DATABASE_URL: url,
  DATABASE_AUTH_URL: authUrl,
});
// Below the range from which the system hands out ports by itself, and apart from another run beside this one.
let freePort = 20_000 + (process.pid % 1_000) * 10;

interface Fault {
  name: string;
  settings: () => Settings;
  asNobody?: boolean;
  lines: RegExp[];
}

const FAULTS: Fault[] = [
  {
    name: "a data folder that is a file",
    settings: () => ({ HOLDFAST_DATA_DIR: join(folder, "a-file") }),
    lines: [/HOLDFAST_DATA_DIR .*a-file can not be used .*; name a folder/],
  },
  {
    name: "a data folder that may not be read",
    settings: () => ({ HOLDFAST_DATA_DIR: join(folder, "closed") }),
    asNobody: true,
    lines: [/HOLDFAST_DATA_DIR .*closed can not be used .*; name a folder that you may write to/],
  },
  {
    name: "a data folder in which no log can be opened",
    settings: () => ({
      ...development(database.appUrl),
      BETTER_AUTH_SECRET: SECRET,
      HOLDFAST_DATA_DIR: join(folder, "closed"),
    }),
    asNobody: true,
    lines: [/HOLDFAST_DATA_DIR .*closed can not be used .*; name a folder that you may write to/],
  },
  {
    name: "a port that is taken",
    settings: () => ({ PORT: String((taken.address() as AddressInfo).port) }),
    lines: [/PORT \d+ is taken by another program; choose another/],
  },
  {
    name: "a host that is elsewhere",
    settings: () => ({
      ...development(database.appUrl),
      HOLDFAST_MODE: "production",
      HOST: "192.0.2.1",
      BETTER_AUTH_SECRET: SECRET,
      AUDIT_KEY: SECRET,
      BETTER_AUTH_URL: "https://holdfast.example",
      SMTP_URL: "smtps://mail.example",
      REDIS_URL: "redis://127.0.0.1:1",
    }),
    lines: [/HOST 192\.0\.2\.1 is no address of this machine/],
  },
  {
    name: "a database that is not there",
    settings: () => development(changed(database.appUrl, { port: "1", password: "opensesame" })),
    lines: [
      /DATABASE_URL: the database scratch_\w+ at 127\.0\.0\.1:1 can not be used \(.*ECONNREFUSED.*\); check/,
    ],
  },
  {
    name: "a wrong password",
    settings: () => development(changed(database.appUrl, { password: "opensesame" })),
    lines: [/DATABASE_URL: .* can not be used \(password authentication failed .*\); check/],
  },
  {
    name: "an unknown database",
    settings: () => development(changed(database.appUrl, { pathname: "/nowhere" })),
    lines: [/DATABASE_URL: the database nowhere at .* does not exist.*; check/],
  },
  {
    name: "a superuser",
    settings: () => development(database.adminUrl),
    lines: [/DATABASE_URL names postgres, who is a superuser .*; create a login without rights/],
  },
  {
    name: "a superuser for Better Auth",
    settings: () => development(database.appUrl, database.adminUrl),
    lines: [/DATABASE_AUTH_URL names postgres, who is a superuser/],
  },
  {
    name: "a database without roles",
    settings: () => development(changed(database.appUrl, { username: bare, password: "opensesame" })),
    lines: [/DATABASE_URL names a database without Holdfast's roles; run npm run db:migrate/],
  },
  {
    name: "a database without migrations",
    settings: () =>
      development(
        ...([database.appUrl, database.authUrl].map((url) => changed(url, { pathname: bare })) as [
          string,
          string,
        ]),
      ),
    lines: [/The database lacks \d+ migration\(s\) of this release; run npm run db:migrate/],
  },
  {
    name: "several things at once",
    settings: () => ({
      PORT: "abc",
      HOLDFAST_MODE: "staging",
      DATABASE_URL: "mysql://me:opensesame@localhost/x",
      BETTER_AUTH_SECRET: "opensesame",
    }),
    lines: [
      /PORT is not a number/,
      /HOLDFAST_MODE must be embedded, development or production/,
      /BETTER_AUTH_SECRET is shorter than 32/,
      /DATABASE_URL is not a PostgreSQL URL/,
    ],
  },
  {
    name: "a production that lacks everything",
    settings: () => ({ DATABASE_URL: "postgres://me:opensesame@localhost/x" }),
    lines: [
      /BETTER_AUTH_SECRET is missing; make one/,
      /AUDIT_KEY is missing; it seals the audit trail; make one/,
      /BETTER_AUTH_URL is missing; write/,
      /SMTP_URL is missing/,
      /REDIS_URL is missing; production counts/,
    ],
  },
];

describe.concurrent("it does not start", () => {
  it.each(FAULTS)(
    "with $name, and says why in a line for each",
    { timeout: 60_000 },
    async ({ settings, asNobody, lines }) => {
      const given = settings();
      const { code, stdout, stderr } = await start(given, { asNobody: asNobody ?? false });
      const said = stderr.trimEnd().split("\n");
      expect(said).toEqual(lines.map((line) => expect.stringMatching(line)));
      for (const line of said) expect(line).toMatch(/^holdfast: cannot start: [A-Z]/);
      expect(code).toBe(1);
      expect(stdout + stderr).not.toMatch(/^\s+at |opensesame|Error:|ready/m);
      for (const url of [database.adminUrl, database.appUrl, database.authUrl])
        expect(stdout + stderr).not.toContain(new URL(url).password);
    },
  );
});
