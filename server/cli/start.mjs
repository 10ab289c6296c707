import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { ensureBuild } from "./build.mjs";
import { root } from "./sources.mjs";

// Before anything is compiled. V8 makes objects of short life in its old space once they seemed to live long, and lets that
// grow fourfold between collections: a flood of refusals then looks like a leak. So it costs 20 ms of collection every 10 s.
setFlagsFromString("--no-allocation-site-pretenuring");
setFlagsFromString("--heap-growing-percent=50");

try {
  await ensureBuild({ verbose: process.argv.includes("--verbose") });
} catch (error) {
  console.error(`holdfast: cannot start: ${error.message}`);
  process.exit(1);
}

// In this very process, so that a signal to what npm started reaches the server itself.
process.env.NODE_ENV = "production";
process.setSourceMapsEnabled(true);
process.chdir(root);
await import(pathToFileURL(join(root, "dist/main.js")).href);
