import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { embeddedData } from "@/server/cli/attack/page/data";
import type { AttackReport } from "@/server/cli/attack/report";

/** Relative to the repository, where every command starts; the command line is built from these sources too. */
const FOLDER = "server/cli/attack/page";
const STYLES = ["page.css", "controls.css", "matrix.css", "cells.css", "panel.css", "print.css"];

/**
 * The report as one HTML file that needs nothing else: no network, no server. Its policy lets this one script and this
 * one style run by their digests; the evidence is data that the script writes as text.
 */
export function attackPage(report: AttackReport): string {
  const script = scriptOf(join(process.cwd(), FOLDER, "browser"));
  const style = STYLES.map((file) => readFileSync(join(process.cwd(), FOLDER, file), "utf8")).join("\n");
  const policy = [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Attack report</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<noscript>This report is drawn by a script inside this file. Allow it to see the figures.</noscript>
<main id="page"></main>
<script type="application/json" id="report">${embeddedData(report)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** @throws Error of esbuild when the sources do not build. */
function scriptOf(folder: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents: 'import { start } from "./start"; start();', resolveDir: folder, loader: "ts" },
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "ascii",
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** As a Content-Security-Policy names a script or a style (CSP 3, 2.3.1). */
function digestOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
