import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { ensureBuild } from "./build.mjs";
import { root } from "./sources.mjs";
import { V8_FLAGS } from "./v8-flags.mjs";

// Before anything of the server is compiled.
for (const flag of V8_FLAGS) setFlagsFromString(flag);

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
