import { runTool, seconds } from "./tool.mjs";

/** No database, no network, no earlier build: what a change must pass before anyone looks at it. */
const steps = [
  ["rules", "vitest", ["run", "--project", "static", "--reporter", "dot"]],
  ["types", "tsc", ["--noEmit"]],
  ["format and lint", "biome", ["check", "--diagnostic-level", "warn", "--error-on-warnings", "."]],
  ["promises", "oxlint", ["--type-aware", "--deny-warnings"]],
  ["dead code", "knip", []],
];

const start = performance.now();
const results = await Promise.all(steps.map(run));
const failed = results.filter((passed) => !passed).length;
console.log(`${results.length - failed} of ${results.length} checks passed in ${seconds(start)}`);
process.exitCode = failed === 0 ? 0 : 1;

async function run([name, command, args]) {
  const begin = performance.now();
  const { code, output } = await runTool(command, args);
  console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name.padEnd(16)} ${seconds(begin)}`);
  if (code !== 0) process.stdout.write(`\n${output}\n`);
  return code === 0;
}
