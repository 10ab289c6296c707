import { writeFileSync } from "node:fs";
import { runBattery } from "@/server/cli/attack/battery";
import { bootProduct } from "@/server/cli/attack/boot";
import { attackPage } from "@/server/cli/attack/page";
import { blocksOf, summaryOf } from "@/server/cli/attack/summary";
import { plentyLimits, tightLimits } from "@/server/cli/attack/target";

interface Wish {
  isShort: boolean;
  isJson: boolean;
  out: string | undefined;
  only: string | undefined;
}

export const ATTACK_USAGE = "attack [--short] [--json] [--out <file.html>] [--only <procedure>]";

/**
 * `holdfast attack`: starts the product on a scratch database and attacks it in all ways that are known.
 * 0: everything held; 1: there are findings; 2: it could not run.
 */
export async function attack(args: string[]): Promise<number> {
  const wish = wishOf(args);
  if (!wish) {
    console.error(`usage: holdfast ${ATTACK_USAGE}`);
    return 2;
  }
  const endings: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.allSettled(endings.map((end) => end()));
  };
  const onSignal = (signal: NodeJS.Signals) => {
    void stop().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  const boot = (limits: string) =>
    bootProduct({
      ...{ root: process.cwd(), limits },
      report: (line) => progress(`starting: ${line}`),
      onEnd: (end) => endings.push(end),
    });
  try {
    const target = await boot(plentyLimits());
    const report = await runBattery({
      target,
      tight: () => boot(tightLimits()),
      form: wish.isShort ? "short" : "whole",
      ...(wish.only !== undefined && { only: wish.only }),
      progress,
    });
    clear();
    if (wish.out !== undefined) writeFileSync(wish.out, attackPage(report));
    if (wish.isJson) console.log(JSON.stringify(report));
    else for (const block of blocksOf(report.findings)) console.log(`${block}\n`);
    if (!wish.isJson) console.log(summaryOf(report));
    return report.findings.length === 0 ? 0 : 1;
  } catch (error) {
    clear();
    console.error(`holdfast: the attack could not run: ${(error as Error).message}`);
    return 2;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    await stop();
  }
}

function wishOf(args: readonly string[]): Wish | undefined {
  const rest = [...args];
  const flag = (name: string) => {
    const at = rest.indexOf(name);
    return at >= 0 && rest.splice(at, 1).length > 0;
  };
  const value = (name: string) => {
    const at = rest.indexOf(name);
    return at < 0 ? undefined : rest.splice(at, 2)[1];
  };
  const wish = {
    out: value("--out"),
    only: value("--only"),
    isShort: flag("--short"),
    isJson: flag("--json"),
  };
  return rest.length === 0 ? wish : undefined;
}

/** One line that moves; on a terminal only, for a log would hold thousands. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line.slice(0, 100)}`);
}

function clear(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}
