import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import type { Env } from "@/server/env";

export interface Letter {
  to: string;
  subject: string;
  text: string;
}

/** Sends one letter. Rejects when it can not be handed over. */
export type SendMail = (letter: Letter) => Promise<void>;

/** SMTP where it is configured; otherwise files in `outbox/` of the data folder, for development. */
export function createMailer(env: Env): SendMail {
  const from = `Holdfast <no-reply@${new URL(env.baseUrl).hostname}>`;
  if (env.smtpUrl) {
    const transport = createTransport(env.smtpUrl, { from });
    return async (letter) => {
      await transport.sendMail(letter);
    };
  }
  const transport = createTransport({ streamTransport: true, buffer: true }, { from });
  return async (letter) => {
    const { message } = await transport.sendMail(letter);
    const outbox = join(env.dataDir, "outbox");
    await mkdir(outbox, { recursive: true });
    await writeFile(join(outbox, `${new Date().toISOString().replaceAll(":", "-")}.eml`), message as Buffer, {
      mode: 0o600,
    });
  };
}
