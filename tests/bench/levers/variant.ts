import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { BUNDLING } from "@/server/cli/build.mjs";
import { BUILT } from "@/tests/bench/built";
import type { Lever } from "@/tests/bench/levers/levers";

/** Builds the server as the product is built, but for the places that a lever changes. Returns the file. */
export async function buildWithout(lever: Omit<Lever, "lines">): Promise<string> {
  const { name, published = false } = lever;
  const outfile = join(BUILT, "levers", `${name.replaceAll(/\W+/g, "-")}.js`);
  mkdirSync(join(BUILT, "levers"), { recursive: true });
  await build({
    entryPoints: ["server/main.ts"],
    outfile,
    ...BUNDLING,
    plugins: [...(published ? [] : BUNDLING.plugins), changing(lever)],
  });
  return outfile;
}

/** @throws Error when a place is not there, or there twice: the source has changed, and the lever is to follow. */
export function changed(lever: string, text: string, { from, to }: { from: string; to: string }): string {
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`the lever "${lever}" fits ${places} places: ${from}`);
  return text.replace(from, () => to);
}

function changing({ name, without }: Pick<Lever, "name" | "without">): Plugin {
  return {
    name: "lever",
    setup({ onLoad, onEnd }) {
      const missed = new Set(without.map(({ file }) => file));
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = relative(process.cwd(), path);
        if (!missed.delete(file)) return undefined;
        const ours = without.filter((change) => change.file === file);
        const contents = ours.reduce(
          (text, change) => changed(name, text, change),
          readFileSync(path, "utf8"),
        );
        return { contents, loader: "ts" };
      });
      onEnd(() => {
        if (missed.size > 0)
          throw new Error(`the lever "${name}" changes what is not built: ${[...missed].join()}`);
      });
    },
  };
}
