import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import type { Env } from "@/server/env";
import { fitLetter, type Letter } from "@/server/platform/mail/letter";

/** Sends one letter. Rejects when it can not be handed over, or is not fit to be (`UnfitLetter`). */
export type SendMail = (letter: Letter) => Promise<void>;

/** Milliseconds: a mail server that does not answer is given up, and asked again later. */
const PATIENCE = {
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  socketTimeout: 15_000,
  dnsTimeout: 5_000,
};

type MailEnv = Pick<Env, "smtpUrl" | "smtpRequiresTls" | "baseUrl" | "mailFrom" | "dataDir">;

/**
 * SMTP where it is configured; otherwise files in `outbox/` of the data folder, for development.
 * @param announce Takes one line for the terminal about a letter with a link; only where letters are files.
 */
export function createMailer(env: MailEnv, announce: (line: string) => void = () => {}): SendMail {
  const from = { name: "Holdfast", address: env.mailFrom ?? `no-reply@${new URL(env.baseUrl).hostname}` };
  return env.smtpUrl ? overSmtp(env.smtpUrl, from, env.smtpRequiresTls) : intoFiles(env, from, announce);
}

type From = { name: string; address: string };

/** The parameters of the URL are not read: they could turn the checks of TLS off. */
function overSmtp(smtpUrl: string, from: From, requiresTls: boolean): SendMail {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const secure = protocol === "smtps:";
  const transport = createTransport({
    pool: true,
    maxConnections: 2,
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    // STARTTLS is an offer that somebody on the way can strike out: required, its lack is a failure.
    requireTLS: requiresTls && !secure,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...PATIENCE,
  });
  return async (letter) => {
    await transport.sendMail(messageOf(letter, from));
  };
}

function intoFiles({ dataDir }: MailEnv, from: From, announce: (line: string) => void): SendMail {
  const transport = createTransport({ streamTransport: true, buffer: true });
  const outbox = join(dataDir, "outbox");
  return async (letter) => {
    const { message } = await transport.sendMail(messageOf(letter, from));
    await mkdir(outbox, { recursive: true, mode: 0o700 });
    const stamp = new Date().toISOString().replaceAll(":", "-");
    const name = `${stamp}-${randomBytes(4).toString("hex")}.eml`;
    await writeFile(join(outbox, name), message as Buffer, { mode: 0o600, flag: "wx" });
    const link = /https?:\/\/\S+/.exec(letter.text)?.[0];
    if (link) announce(`a letter, ${letter.subject} (outbox/${name}): ${link}`);
  };
}

function messageOf(letter: Letter, from: From) {
  const { to, subject, text, html } = fitLetter(letter);
  return {
    from,
    // As an object: nodemailer then parses nothing.
    to: { name: "", address: to },
    envelope: { from: from.address, to },
    subject,
    text,
    ...(html !== undefined && { html }),
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
