import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withLock } from "./lock.mjs";
import { allSources, fingerprint, root, serverSources } from "./sources.mjs";
import { runTool, seconds } from "./tool.mjs";

const dist = join(root, "dist");
const stampFile = join(dist, "build.stamp");
const commandStamp = join(dist, "holdfast.stamp");

/**
 * tRPC's own build is for older engines: it copies objects property by property, sixteen times a call. The source, which it
 * ships too, says `{ ...one, ...other }`.
 * @type {import("esbuild").Plugin}
 */
const trpcFromSource = {
  name: "trpc-from-source",
  setup({ onResolve }) {
    const source = join(root, "node_modules/@trpc/server/src");
    onResolve({ filter: /^@trpc\/server(?:\/|$)/ }, ({ path }) => {
      const part = join(source, path.slice("@trpc/server".length) || "index");
      return { path: existsSync(`${part}.ts`) ? `${part}.ts` : join(part, "index.ts") };
    });
  },
};

/** How a server of Node's is bundled: the benches build what they compare in the same way. */
export const BUNDLING = /** @satisfies {import("esbuild").BuildOptions} */ ({
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  plugins: [trpcFromSource],
  sourcemap: true,
  logLevel: "warning",
});

/** Builds what is missing or older than the sources; a build that was cut off has no stamp and is made again. */
export async function ensureBuild({ verbose = false, force = false } = {}) {
  if (!force && isBuilt()) return;
  const waiting = () => say("another start is building: waiting for it");
  await withLock(join(dist, "build.lock"), waiting, async () => {
    if (!force && isBuilt()) return;
    const stamp = fingerprint(allSources);
    say(existsSync(stampFile) ? "the sources changed: building" : "building (only the first time)");
    rmSync(stampFile, { force: true });
    await step("server and command line", async () => {
      await Promise.all([bundle("server/main.ts", "main"), bundleCommandLine()]);
      await stopBundler();
    });
    await step("pages", () => buildPages(verbose));
    // A source saved during the build would otherwise pass as built.
    if (fingerprint(allSources) !== stamp) say("sources changed meanwhile: the next start builds again");
    writeFileSync(stampFile, stamp);
  });
}

/** The `holdfast` command alone: a fraction of a second, without the pages. */
export async function ensureCommandLine() {
  if (read(commandStamp) === fingerprint(serverSources) && existsSync(join(dist, "holdfast.js"))) return;
  await bundleCommandLine();
  await stopBundler();
}

function isBuilt() {
  const parts = [join(dist, "main.js"), join(dist, "holdfast.js"), join(root, ".next/BUILD_ID")];
  return parts.every((part) => existsSync(part)) && read(stampFile) === fingerprint(allSources);
}

async function bundleCommandLine() {
  const stamp = fingerprint(serverSources);
  rmSync(commandStamp, { force: true });
  await bundle("server/cli/main.ts", "holdfast");
  writeFileSync(commandStamp, stamp);
}

async function bundle(entry, name) {
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(dist, `${name}.js`),
    ...BUNDLING,
    write: false,
  });
  mkdirSync(dist, { recursive: true });
  for (const file of result.outputFiles) {
    // Whole or not at all: another process may be reading the old one.
    writeFileSync(`${file.path}.${process.pid}`, file.contents);
    renameSync(`${file.path}.${process.pid}`, file.path);
  }
}

/** esbuild leaves a child process behind that a long-lived server has no use for. */
async function stopBundler() {
  const { stop } = await import("esbuild");
  await stop();
}

async function buildPages(verbose) {
  const env = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { code, output } = await runTool("next", ["build"], { env, inherit: verbose });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Error("next build failed: its output is above");
}

async function step(name, work) {
  const start = performance.now();
  say(`  ${name} …`);
  await work();
  say(`  ${name}: ${seconds(start)}`);
}

function say(line) {
  console.log(`holdfast: ${line}`);
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await ensureBuild({ force: true, verbose: process.argv.includes("--verbose") });
  } catch (error) {
    console.error(`holdfast: ${error.message}`);
    process.exitCode = 1;
  }
}
