import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { root } from "./sources.mjs";

/** Runs a tool of node_modules in the root; resolves to its exit code and, unless it inherits, its output. */
export function runTool(command, args, { env = {}, inherit = false } = {}) {
  const path = `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  const child = spawn(command, args, {
    cwd: root,
    stdio: inherit ? "inherit" : ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
    env: {
      ...process.env,
      ...(inherit || process.stdout.isTTY ? {} : { NO_COLOR: "1" }),
      PATH: path,
      ...env,
    },
  });
  const stop = (signal) => {
    child.kill(signal);
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 1, output: `${command}: ${error.message}\n` }));
    // A tool that a signal ended has no code, and has not passed.
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
  return ended.finally(() => process.off("SIGINT", stop).off("SIGTERM", stop));
}

export const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
