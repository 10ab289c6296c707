import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { findChromium } from "../../tests/support/chromium.mjs";
import { ensureBuild } from "./build.mjs";
import { runTool } from "./tool.mjs";

const scratch = mkdtempSync(join(tmpdir(), "holdfast-test-"));
// As root the database runs as `nobody`, who must be able to pass through.
chmodSync(scratch, 0o711);
/** Whatever a test makes in the folder for temporary files goes when the run does. */
const inScratch = { TMPDIR: scratch };
const say = (line) => console.log(`holdfast: ${line}`);
const total = { passed: 0, failed: 0, skipped: 0 };
/** Whoever sees the end of a long output alone must still see what failed. */
const failures = [];

await runVitest();
await runBrowser();
rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
for (const failure of failures) console.log(`failed: ${failure}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function runVitest() {
  const report = join(scratch, "vitest.json");
  const reporters = ["--reporter", "default", "--reporter", "json", `--outputFile.json=${report}`];
  const { code } = await runTool("vitest", ["run", ...reporters], { env: inScratch, inherit: true });
  add("vitest", code, report, (result) => ({
    passed: result.numPassedTests,
    // A file that could not be loaded has no tests to fail, and fails.
    failed: result.numFailedTests + result.testResults.filter(isBrokenFile).length,
    skipped: result.numPendingTests + result.numTodoTests,
    names: result.testResults.flatMap(namesOfFile),
  }));
}

async function runBrowser() {
  try {
    const chromium = await findChromium(say);
    if (chromium === undefined) return skipBrowser();
    await ensureBuild();
    const report = join(scratch, "playwright.json");
    const env = {
      ...inScratch,
      CHROMIUM_PATH: chromium,
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      HOLDFAST_E2E_DATA: join(scratch, "data"),
    };
    const { code } = await runTool("playwright", ["test", "--reporter", "list,json"], { env, inherit: true });
    add("playwright", code, report, ({ stats, errors, suites }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky + errors.length,
      skipped: stats.skipped,
      names: suites.flatMap(namesOfSuite),
    }));
  } catch (error) {
    say(`the browser tests could not run: ${error.message}`);
    total.failed += 1;
  }
}

function skipBrowser() {
  say("NOT RUN: the browser tests (tests/e2e). Install Chromium, or set CHROMIUM_PATH to one.");
  if (process.env.CI === "true") total.failed += 1;
}

/** A runner that ends badly with no failed test to show for it counts as one failure, never as none. */
function add(runner, code, report, count) {
  const { passed, failed, skipped, names } = readCounts(report, count);
  failures.push(...names);
  if (code !== 0 && failed === 0)
    say(`${runner} ended with code ${code} though no test of its report failed`);
  total.passed += passed;
  total.failed += code !== 0 ? Math.max(failed, 1) : failed;
  total.skipped += skipped;
}

function readCounts(report, count) {
  try {
    return count(JSON.parse(readFileSync(report, "utf8")));
  } catch (error) {
    say(`no report to count: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0, names: [] };
  }
}

function isBrokenFile(file) {
  return file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed");
}

/** Vitest's: what failed in a file, or the file itself when it could not be loaded. */
function namesOfFile(file) {
  const path = relative(process.cwd(), file.name);
  if (isBrokenFile(file)) return [path];
  const failed = file.assertionResults.filter(({ status }) => status === "failed");
  return failed.map(
    ({ fullName, failureMessages: [why = ""] }) => `${path}: ${fullName}: ${why.split("\n", 1)}`,
  );
}

/** Playwright's, whose suites hold suites; what passed at a second try has failed. */
function namesOfSuite({ suites = [], specs }) {
  const failed = specs.filter(({ tests }) =>
    tests.some(({ status }) => status === "unexpected" || status === "flaky"),
  );
  return [...failed.map(({ file, title }) => `tests/e2e/${file}: ${title}`), ...suites.flatMap(namesOfSuite)];
}
