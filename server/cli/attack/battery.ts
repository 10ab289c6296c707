import { readFileSync } from "node:fs";
import { join } from "node:path";
import { abuseTrials } from "@/server/cli/attack/attacks/abuse";
import { accessTrials, tokenAccessTrials } from "@/server/cli/attack/attacks/access";
import { budgetTrials } from "@/server/cli/attack/attacks/budgets";
import { credentialTrials } from "@/server/cli/attack/attacks/credentials";
import { factorTrials } from "@/server/cli/attack/attacks/factors";
import { inputTrials } from "@/server/cli/attack/attacks/input";
import { scopeTrials } from "@/server/cli/attack/attacks/keys";
import { reachTrials } from "@/server/cli/attack/attacks/reach";
import { ROUTES, routeBudgetTrials, routeTrials } from "@/server/cli/attack/attacks/routes";
import { standingTrials } from "@/server/cli/attack/attacks/standing";
import { TOKEN_ROWS, tokenRouteTrials } from "@/server/cli/attack/attacks/token-routes";
import { createEngine, type Outcome } from "@/server/cli/attack/engine";
import { readMatrix } from "@/server/cli/attack/expected";
import { PRINCIPALS } from "@/server/cli/attack/principals";
import type { AttackReport } from "@/server/cli/attack/report";
import { cellOf, findingOf } from "@/server/cli/attack/reporting";
import { createSender } from "@/server/cli/attack/send";
import { undescribedIn } from "@/server/cli/attack/shape";
import { entitled, type Siege } from "@/server/cli/attack/standpoint";
import { surfaceOf, type Way } from "@/server/cli/attack/surface";
import type { Target } from "@/server/cli/attack/target";
import { layGround } from "@/server/cli/attack/world";

export interface BatteryOptions {
  target: Target;
  /** Opens a target with small budgets; asked for once. */
  tight(): Promise<Target>;
  form: AttackReport["form"];
  /** This procedure alone. */
  only?: string;
  progress(line: string): void;
}

/** Attacks a product in all ways that are known, and tells what came of it. */
export async function runBattery(options: BatteryOptions): Promise<AttackReport> {
  const { target, form, only, progress } = options;
  const startedAt = new Date();
  const matrix = readMatrix(readFileSync(join(target.root, "docs/permissions.md"), "utf8"));
  const all = surfaceOf(target.root);
  const ways =
    only === undefined ? all : all.filter(({ name, procedure }) => name === only || procedure === only);
  if (ways.length === 0) throw new Error(`there is no procedure ${only}`);
  const sender = createSender(target.origin);
  try {
    progress("laying the ground");
    const world = await layGround(target, sender, all);
    const prepared = sender.count();
    const siege: Siege = { world, matrix, ways, all };
    const told = (done: number, about: string) => progress(`${done} cells, ${about}`);
    const engine = createEngine({ world, ways, progress: told });
    const isShort = form === "short";
    const outcomes = [
      ...(await engine(await credentialTrials(siege, isShort))),
      ...(await engine(await factorTrials(siege, only === undefined))),
      ...(await engine(reachTrials(siege, isShort))),
      ...(await engine(scopeTrials(siege))),
      ...(await engine(inputTrials(siege, isShort))),
      ...(await engine(abuseTrials(siege))),
      ...(only === undefined ? await engine(routeTrials(siege)) : []),
      ...(only === undefined ? await engine(await tokenRouteTrials(world)) : []),
      ...(await engine(standingTrials(siege))),
      ...(await engine(accessTrials(siege))),
      ...(await engine(await tokenAccessTrials(siege))),
    ];
    progress("starting it again, with small budgets");
    const tight = await options.tight();
    const tightSender = createSender(tight.origin);
    const tightSiege = { ...siege, world: { ...world, target: tight, sender: tightSender } };
    const spend = createEngine({ world: tightSiege.world, ways, progress: told });
    outcomes.push(...(await spend(await budgetTrials(tightSiege))));
    if (only === undefined) outcomes.push(...(await spend(routeBudgetTrials(tightSiege))));
    tightSender.close();
    const attacks = [...new Map(outcomes.map(({ trial: { attack } }) => [attack.id, attack])).values()];
    const procedures = ways.map((way) => ({
      name: way.name,
      kind: way.kind,
      permission: matrix.rules.get(way.procedure)?.permission ?? "-",
      limit: matrix.rules.get(way.procedure)?.limit ?? "-",
    }));
    return {
      product: "Holdfast",
      startedAt: startedAt.toISOString(),
      seconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
      requests: sender.count() - prepared + tightSender.count(),
      form,
      principals: [...PRINCIPALS],
      attacks: attacks.map(({ risk: _, mending: __, ...attack }) => attack),
      procedures:
        only === undefined
          ? [...procedures, ...ALL_ROUTES.map(({ place: _, ...route }) => route)]
          : procedures,
      cells: outcomes.map(cellOf),
      findings: [...uncovered(siege), ...findingsOf(outcomes, ways)],
    };
  } finally {
    sender.close();
  }
}

const ALL_ROUTES = [...ROUTES, ...TOKEN_ROWS];
const OPEN_OUTPUT = {
  owasp: "API3:2023",
  mending:
    "Name each field of the answer in the procedure's .output(): what it does not name is then cut off.",
};

function findingsOf(outcomes: readonly Outcome[], ways: readonly Way[]) {
  const places = new Map([...ALL_ROUTES, ...ways].map(({ name, place }) => [name, place]));
  return outcomes
    .filter(({ faults }) => faults.length > 0)
    .map((outcome) => findingOf(outcome, places.get(outcome.trial.procedure) ?? "server/http"));
}

/** What could not be attacked has not been shown to hold. */
function uncovered(siege: Siege): AttackReport["findings"] {
  const { world, matrix, ways } = siege;
  const missing = (way: Way, seen: string) => ({
    ...{ procedure: way.name, principal: "-", attack: "coverage", place: way.place, seen },
    ...{ risk: "medium" as const, owasp: "API9:2023" },
    mending: "Run npm run holdfast -- audit --write, or teach server/cli/attack/samples.ts the input.",
  });
  return ways.flatMap((way) => {
    const open = undescribedIn(way.output);
    if (open) return [{ ...missing(way, `its output is not described: ${open}`), ...OPEN_OUTPUT }];
    if (!matrix.rules.has(way.procedure)) return [missing(way, "is not in docs/permissions.md")];
    if (entitled(siege, way).length > 0) return [];
    const gap = world.gaps.find((line) => line.includes(way.noun)) ?? "nobody is entitled, or no valid input";
    return [missing(way, `could not be attacked: ${gap}`)];
  });
}
