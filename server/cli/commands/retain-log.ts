import { parseArgs } from "node:util";
import { sealBefore } from "@/db/seals";
import { retainAudit } from "@/db/takings";
import { withTrail } from "@/server/cli/trail";
import { retentionRecord, takenByRight } from "@/server/guard/seal-takings";
import { verifySeals } from "@/server/guard/seal-verify";

const DAY = 86_400_000;

/**
 * `log retain`: drops the rows of seals that are older than so many days, and leaves the chain. A trail that is not
 * whole is left as it is, or the dropping would take the traces with it: then 1.
 */
export async function retainLog(args: string[]): Promise<number> {
  const { days, dryRun, json } = optionsOf(args);
  const until = new Date(Date.now() - days * DAY).toISOString();
  return withTrail(async ({ keys, read, change }) => {
    const verdict = await read((tx) => verifySeals({ tx, keys, heads: new Map() }));
    if (!verdict.whole) throw new Error(`nothing was dropped, the trail is not whole: ${verdict.fault.line}`);
    const [seal, taken] = await read((tx) => Promise.all([sealBefore(tx, until), takenByRight(tx, keys)]));
    const isNew = seal !== undefined && seal.number > taken.through;
    const rows =
      isNew && !dryRun
        ? await change((sql) => retainAudit(sql, seal.number, retentionRecord(keys, seal, until)))
        : 0;
    const outcome = { through: isNew ? seal.number : taken.through, until, rows, dryRun };
    if (json) console.log(JSON.stringify(outcome));
    else if (!isNew) console.log(`no seal is older than ${until}, or all of those are dropped`);
    else if (dryRun) console.log(`seals 1–${seal.number} are older than ${until}; nothing was dropped`);
    else console.log(`${rows} rows of seals 1–${seal.number} were dropped, older than ${until}`);
    return 0;
  });
}

function optionsOf(args: string[]) {
  const options = {
    days: { type: "string" },
    "dry-run": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  } as const;
  const { values } = parseArgs({ args, options });
  const days = Number(values.days);
  if (!/^\d{1,5}$/.test(values.days ?? "") || days < 2)
    throw new Error("usage: holdfast log retain --days <2 or more> [--dry-run] [--json]");
  return { days, dryRun: values["dry-run"], json: values.json };
}
