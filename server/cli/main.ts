import { connect } from "@/db/client";
import { migrate } from "@/db/migrate";
import { ATTACK_USAGE, attack } from "@/server/cli/attack/command";
import { audit } from "@/server/cli/audit/command";
import { eraseUser } from "@/server/cli/commands/erase-user";
import { keys } from "@/server/cli/commands/keys";
import { retainLog } from "@/server/cli/commands/retain-log";
import { explainToken } from "@/server/cli/commands/token-explain";
import { verifyLog } from "@/server/cli/commands/verify-log";
import { CHECK_USAGE, checkSecrets } from "@/server/cli/secrets/check";
import { ROTATE_USAGE, rotateSecrets } from "@/server/cli/secrets/rotate";
import { EnvError, loadEnv, readDatabaseEnv } from "@/server/env";
import { firstAdminLink } from "@/server/identity/first-admin";
import { createMailer } from "@/server/platform/mail/mailer";

interface Command {
  usage: string;
  about: string;
  /** Resolves to the exit code. */
  run(args: string[]): Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  audit: {
    usage: "audit [--json] [--write]",
    about: "walks every way in and fails unless each says what guards it",
    run: audit,
  },
  attack: {
    usage: ATTACK_USAGE,
    about: "starts the product on a scratch database and attacks every procedure as everybody",
    run: attack,
  },
  "db migrate": {
    usage: "db migrate",
    about: "makes roles and schema true; DATABASE_DIRECT_URL names a login that may create roles",
    run: migrateDatabase,
  },
  "admin invite": {
    usage: "admin invite <e-mail>",
    about: "mails the link that makes the first admin; good for an hour, once",
    run: inviteAdmin,
  },
  "log verify": {
    usage: "log verify [--heads <file>]… [--json]",
    about: "walks the sealed audit trail, and names what was altered, taken out or put in; then exits with 1",
    run: verifyLog,
  },
  "log retain": {
    usage: "log retain --days <n> [--dry-run] [--json]",
    about: "drops audit rows in seals older than n days, and leaves the chain; needs DATABASE_DIRECT_URL",
    run: retainLog,
  },
  "secrets check": {
    usage: CHECK_USAGE,
    about: "which secrets are set, where and until when; exits with 1 when one is missing or weak",
    run: (args) => checkSecrets(args),
  },
  "secrets rotate": {
    usage: ROTATE_USAGE,
    about: "a new version signs, and nobody is signed out; --compromised ends the earlier ones at once",
    run: (args) => rotateSecrets(args),
  },
  keys: {
    usage: "keys list | rotate [--now] | retire <kid>  [--json]",
    about: "shows the keys that sign access tokens, makes the next one, or ends one at once",
    run: (args) => keys(args),
  },
  "token explain": {
    usage: "token explain [--token-file <file>] [--jwks <url>] [--json]",
    about:
      "says the first thing that is wrong with a token, and how to mend it; reads it from stdin, shows it never",
    run: (args) => explainToken(args),
  },
  "user erase": {
    usage: "user erase <id> --confirm [--json]",
    about:
      "takes what names a person out of the database; the audit trail stays whole; needs DATABASE_DIRECT_URL",
    run: eraseUser,
  },
};

async function migrateDatabase(): Promise<number> {
  const { url, authUrl, directUrl } = await readDatabaseEnv();
  await migrate({
    adminUrl: directUrl,
    appUrl: url,
    authUrl,
    report: (line) => console.log(`holdfast: ${line}`),
  });
  console.log("holdfast: the database is up to date");
  return 0;
}

async function inviteAdmin([email]: string[]): Promise<number> {
  if (!email?.includes("@")) throw new Error(`usage: holdfast ${COMMANDS["admin invite"]?.usage}`);
  const env = await loadEnv();
  if (!env.database)
    throw new Error("embedded mode prints the link when it starts; this command is for a server");
  const sql = connect(env.database.authUrl, { max: 1, prepare: false });
  try {
    const link = await firstAdminLink(sql, env.baseUrl);
    if (!link) throw new Error("there is an admin already; admins make admins");
    const text = `Sign in to Holdfast, then open this link within an hour to become its first admin:\n${link}\n`;
    await createMailer(env)({ to: email, subject: "Become the first admin of Holdfast", text });
    console.log(`holdfast: the link is on its way to ${email}`);
    return 0;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function usage(): string {
  const lines = Object.values(COMMANDS).map(
    (command) => `  holdfast ${command.usage.padEnd(36)} ${command.about}`,
  );
  return ["usage:", ...lines].join("\n");
}

async function main(words: string[]): Promise<number> {
  const [noun = "", verb = ""] = words;
  const single = COMMANDS[noun];
  const command = single ?? COMMANDS[`${noun} ${verb}`];
  if (!command) {
    console.error(usage());
    return noun === "" || noun === "help" ? 0 : 2;
  }
  return command.run(words.slice(single ? 1 : 2));
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    const lines = error instanceof EnvError ? error.lines : [error.message.split("\n")[0]];
    for (const line of lines) console.error(`holdfast: ${line}`);
    process.exit(1);
  },
);
