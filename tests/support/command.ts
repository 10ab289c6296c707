import { type ExecFileException, execFile } from "node:child_process";
import { join } from "node:path";
import type { House } from "@/tests/support/house";

const root = join(import.meta.dirname, "../..");

export interface Ending {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line as an auditor runs it: with the database, the key, and no other setting of the server. */
export function holdfast(
  house: House,
  args: string[],
  settings: Record<string, string> = {},
): Promise<Ending> {
  const env = {
    PATH: process.env.PATH ?? "",
    NODE_ENV: "production" as const,
    DATABASE_URL: house.database.appUrl,
    AUDIT_KEY: house.runtime.env.auditKeys.secrets.get(1) ?? "",
    ...settings,
  };
  const command = ["--import", "tsx", "server/cli/main.ts", ...args];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      command,
      { cwd: root, env },
      (error: ExecFileException | null, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}
