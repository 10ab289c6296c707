import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { House } from "@/tests/support/house";

const ROOT = join(import.meta.dirname, "../..");

export interface Served {
  port: number;
  child: ChildProcess;
  /** Ends it, and resolves to its exit code. */
  end(): Promise<number | null>;
}

/** A process of the server on the database of a house, with these settings and no others. */
export async function serve(house: House, settings: Record<string, string>): Promise<Served> {
  const child = spawn(process.execPath, ["--import", "tsx", "tests/support/server-child.ts"], {
    cwd: ROOT,
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      HOLDFAST_MODE: "development",
      HOLDFAST_LIMITS: "floor=1000000/1m,read=1000000/1m,write=1000000/1m,auth=1000000/1m",
      DATABASE_URL: house.database.appUrl,
      DATABASE_AUTH_URL: house.database.authUrl,
      ...settings,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const [, found] = /serves on (\d+)/.exec(text) ?? [];
      if (found) resolve(Number(found));
    });
    child.once("exit", () => reject(new Error("it did not start")));
  });
  return {
    port,
    child,
    end: () => {
      child.kill("SIGTERM");
      return gone;
    },
  };
}
