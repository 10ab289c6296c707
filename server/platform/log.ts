import { join } from "node:path";
import pino, { type Logger } from "pino";
import type { Env } from "@/server/env";

export type Log = Logger;

/** Fields that never reach a log, whoever passes them. */
const SECRET_FIELDS = [
  "password",
  "newPassword",
  "currentPassword",
  "token",
  "secret",
  "cookie",
  "authorization",
  "email",
];

/** API keys wherever they stand, in a message or a URL too. */
const KEYS = /\bhf_[0-9A-Za-z]{49}\b/g;

/** JSON lines: to the terminal in production, to `holdfast.log` in the data folder otherwise. */
export function createLog(env: Env): Log {
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  const options = {
    redact: { paths, censor: "[redacted]" },
    base: { service: "holdfast" },
    hooks: { streamWrite },
  };
  if (env.mode === "production") return pino(options);
  return pino(
    options,
    // At once, not behind our back: a start that fails ends before a file that is opened meanwhile.
    pino.destination({ dest: join(env.dataDir, "holdfast.log"), mkdir: true, sync: true }),
  );
}

const streamWrite = (line: string) => line.replaceAll(KEYS, "hf_[redacted]");
