import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "@/db/embedded";
import { migrate } from "@/db/migrate";

/** URLs of the migrated database that scratch databases are copied from. */
export interface TemplateDatabase {
  adminUrl: string;
  appUrl: string;
  authUrl: string;
}

declare module "vitest" {
  interface ProvidedContext {
    templateDatabase: TemplateDatabase;
  }
}

// What a crash of the machine would lose is no loss here, and every write is faster.
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  max_connections: "300",
};

interface Shared {
  users: number;
  made: Promise<{ template: TemplateDatabase; end: () => Promise<void> }>;
}

// Vitest runs this once for each project, as a module of its own, in one process.
const SHARED = Symbol.for("holdfast.test-database");
const globals = globalThis as { [SHARED]?: Shared | undefined };

/** One server and one migrated database for the whole run, whichever projects take part. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  globals[SHARED] ??= { users: 0, made: makeTemplate() };
  const shared = globals[SHARED];
  shared.users++;
  project.provide("templateDatabase", (await shared.made).template);
  return async () => {
    shared.users--;
    if (shared.users > 0) return;
    globals[SHARED] = undefined;
    await (await shared.made).end();
  };
}

async function makeTemplate(): Promise<{ template: TemplateDatabase; end: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  const endings = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const end = async () => {
    for (const ending of endings.reverse()) await ending();
  };
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  try {
    // Started as root, PostgreSQL runs as another user, who must be able to pass.
    await chmod(folder, 0o711);
    const database = await startEmbedded({ dataDir: join(folder, "data"), report, settings });
    endings.push(database.stop);
    const template = {
      adminUrl: database.url("postgres"),
      appUrl: database.url("holdfast_app"),
      authUrl: database.url("holdfast_auth"),
    };
    await migrate({ ...template, report });
    return { template, end };
  } catch (error) {
    await end();
    throw new Error(`The test database could not be made. ${lines.join(" ")}`, { cause: error });
  }
}
