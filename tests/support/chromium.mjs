import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
// The two fonts are small, and give the pages their emoji, Hebrew and Arabic.
const packages = ["chromium", "fonts-dejavu-core", "fonts-noto-color-emoji"];

/** The path of a Chromium, installed when none is there and this machine lets us; says what it did. */
export async function findChromium(say) {
  const found = (await presentChromium()) ?? (await fromDebian(say)) ?? (await fromPlaywright(say));
  say(found === undefined ? "no Chromium here, and none could be installed" : `Chromium: ${found}`);
  return found;
}

/** The path of a Chromium that is here already. */
export async function presentChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, which is not there`);
  }
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  candidates.push("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
  return candidates.find((path) => existsSync(path)) ?? (await playwrightsOwn());
}

async function playwrightsOwn() {
  try {
    const { chromium } = await import("@playwright/test");
    const path = chromium.executablePath();
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined; // before `npm ci` there is no Playwright to ask
  }
}

async function fromDebian(say) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  say(`no Chromium found: installing ${packages.join(", ")} with apt-get`);
  const quiet = ["-y", "-qq", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300"];
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, maxBuffer: 64 << 20 };
  try {
    await run("apt-get", [...quiet, "update"], options);
    await run("apt-get", [...quiet, "install", "--no-install-recommends", ...packages], options);
    return await presentChromium();
  } catch (error) {
    say(`apt-get failed: ${error.stderr?.trim() || error.message}`);
    return undefined;
  }
}

async function fromPlaywright(say) {
  const cli = join(import.meta.dirname, "../../node_modules/@playwright/test/cli.js");
  if (!existsSync(cli)) return undefined;
  say("no Chromium found: downloading Playwright's own");
  try {
    await run(process.execPath, [cli, "install", "chromium"], { maxBuffer: 64 << 20 });
    return await playwrightsOwn();
  } catch (error) {
    say(`playwright install failed: ${error.stderr?.trim() || error.message}`);
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = await findChromium((line) => console.log(`chromium: ${line}`));
  process.exitCode = found === undefined ? 1 : 0;
}
