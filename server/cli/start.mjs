import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuild } from "./build.mjs";
import { root } from "./sources.mjs";

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
