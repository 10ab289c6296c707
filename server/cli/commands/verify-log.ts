import { parseArgs } from "node:util";
import { withTrail } from "@/server/cli/trail";
import { type Verdict, verifySeals } from "@/server/guard/seal-verify";
import { readHeads } from "@/server/platform/audit-heads";

/** `log verify`: 0 when the trail is whole, 1 when it is not, with one line that says what and where. */
export async function verifyLog(args: string[]): Promise<number> {
  const options = {
    heads: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
  } as const;
  const { values } = parseArgs({ args, options });
  const heads = readHeads(values.heads ?? []);
  return withTrail(async ({ keys, read }) => {
    const verdict = await read((tx) => verifySeals({ tx, keys, heads }));
    console.log(values.json ? JSON.stringify(verdict) : inWords(verdict));
    return verdict.whole ? 0 : 1;
  });
}

function inWords(verdict: Verdict): string {
  if (!verdict.whole) return `holdfast: ${verdict.fault.line}`;
  const { rows, seals, unsealed, retained } = verdict;
  const dropped = retained
    ? `rows 1–${retained.rows}, in seals 1–${retained.seals}, were retained away until ${retained.until}; `
    : "";
  return `${dropped}${rows} rows in ${seals} seals, ${unsealed} not yet sealed: whole`;
}
