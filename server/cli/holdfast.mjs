import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureCommandLine } from "./build.mjs";
import { root } from "./sources.mjs";

try {
  await ensureCommandLine();
} catch (error) {
  console.error(`holdfast: the command line could not be built: ${error.message}`);
  process.exit(1);
}

process.setSourceMapsEnabled(true);
process.chdir(root);
await import(pathToFileURL(join(root, "dist/holdfast.js")).href);
