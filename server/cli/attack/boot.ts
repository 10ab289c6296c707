import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { connect, type Sql } from "@/db/client";
import { findEmbedded } from "@/db/embedded";
import type { Target } from "@/server/cli/attack/target";

interface BootOptions {
  root: string;
  limits: string;
  /** Takes what the start says meanwhile. */
  report(line: string): void;
  /** Takes, before anything is started, the function that ends it all and removes its data; it may be called twice. */
  onEnd(end: () => Promise<void>): void;
}

const PATIENCE_MS = 10 * 60_000;

/** So that the routes of a sign-in with a provider are there to be attacked; nobody answers at this address. */
export const PROVIDER = {
  OIDC_ISSUER: "http://127.0.0.1:9",
  OIDC_CLIENT_ID: "holdfast",
  OIDC_CLIENT_SECRET: "of a provider that is not there",
};

/**
 * Starts the product itself, as `npm start` does, on a scratch database. It gets nothing of our environment: no database
 * of anybody's, no mail server.
 */
export async function bootProduct({ root, limits, report, onEnd }: BootOptions): Promise<Target> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "holdfast-attack-"));
  // As root the database runs as `nobody`, who must be able to pass through.
  chmodSync(folder, 0o711);
  const dataDir = join(folder, "data");
  const secret = randomBytes(32).toString("base64url");
  const child = spawn(process.execPath, [join(root, "server/cli/start.mjs")], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    // Out of the terminal's reach: an interrupt ends us, and we end it.
    detached: true,
    env: {
      PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
      NODE_ENV: "production",
      PORT: String(port),
      HOST: "127.0.0.1",
      HOLDFAST_MODE: "embedded",
      HOLDFAST_DATA_DIR: dataDir,
      HOLDFAST_LIMITS: limits,
      BETTER_AUTH_SECRET: secret,
      ...PROVIDER,
    },
  });
  const onExit = () => child.kill("SIGTERM");
  process.once("exit", onExit);
  let admin: Sql | undefined;
  const end = async () => {
    await admin?.end({ timeout: 5 });
    await ended(child);
    process.off("exit", onExit);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  let ending: Promise<void> | undefined;
  onEnd(() => {
    ending ??= end();
    return ending;
  });
  await ready(child, report);
  const database = await findEmbedded(dataDir);
  if (!database) throw new Error("the product runs, and its database is not to be found");
  admin = connect(database.url("postgres"), { max: 2, prepare: true });
  const origin = `http://127.0.0.1:${port}`;
  return { origin, site: origin, admin, secret, root };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Resolves when the product says so; a product that ends first has said why. */
function ready(child: ChildProcess, report: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let last = "";
    const timer = setTimeout(
      () => reject(new Error("the product did not start in ten minutes")),
      PATIENCE_MS,
    );
    const settle = (work: () => void) => {
      clearTimeout(timer);
      work();
    };
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (data: Buffer) => {
        for (const line of data.toString("utf8").split("\n").filter(Boolean)) {
          if (line.startsWith("Holdfast is ready")) settle(resolve);
          last = line;
          report(line.replace(/^holdfast: +/, ""));
        }
      });
    child.once("error", (error) => settle(() => reject(error)));
    child.once("close", () => settle(() => reject(new Error(`the product ended before it served: ${last}`))));
  });
}

/** Asks it to end, and makes it. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), 12_000);
    child.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
