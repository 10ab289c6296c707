import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureCommandLine } from "./build.mjs";
import { root } from "./sources.mjs";

await ensureCommandLine();
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(root, "dist/holdfast.js")).href);
