import { type CoreUse, typicalUse } from "@/tests/bench/core-use";
import {
  CALLERS,
  capacityOf,
  count,
  mixOf,
  mustAnswer,
  type Part,
  type Plan,
  startHouse,
  streamOf,
  warmUpHouse,
} from "@/tests/bench/overload/house";
import { median } from "@/tests/bench/statistics";

const LOADS = [0.7, 1, 2];

/** What one load came to, as a median over rounds. */
export interface LoadFigures {
  /** Of the capacity that was measured just before. */
  load: number;
  /** Answers 2xx a second, and of the capacity. */
  goodput: number;
  share: number;
  /** Of a hundred requests, those refused. */
  shed: number;
  /** Milliseconds of accepted answers. */
  p50: number;
  p99: number;
  /** Of refusals. */
  refusedP99: number;
  lateness: number;
  generatorBusy: number;
  /** Who had the server's core. */
  core: CoreUse;
}

/** An open loop at less than what the server can do, at just that, and at twice that. */
export async function twofold(plan: Plan): Promise<Part & { figures: LoadFigures[] }> {
  const house = await startHouse(plan);
  const asks = mixOf(plan.bench, house.url);
  const rounds: LoadFigures[][] = LOADS.map(() => []);
  const capacities: number[] = [];
  try {
    await warmUpHouse(house, asks);
    for (let round = 1; round <= plan.rounds; round++) {
      let before = await capacityOf(house, asks);
      for (const [index, load] of LOADS.entries()) {
        const outcome = await house.run([{ name: "open", asks, load: { perSecond: load * before } }]);
        const seen = streamOf(outcome, "open");
        mustAnswer(seen, [200, 503]);
        // Before and after: the machine may do half as much a few seconds later.
        const after = await capacityOf(house, asks);
        const capacity = (before + after) / 2;
        before = after;
        capacities.push(capacity);
        rounds[index]?.push({
          ...{ load, goodput: seen.goodput, share: seen.goodput / capacity },
          ...{ shed: (100 * count(seen, 503)) / seen.sent, p50: seen.p50, p99: seen.p99 },
          ...{
            refusedP99: seen.refusedP99,
            lateness: outcome.lateness.p99,
            generatorBusy: outcome.generatorBusy,
            core: outcome.core,
          },
        });
        plan.say(
          `${round}/${plan.rounds} at ${load}: ${((100 * seen.goodput) / capacity).toFixed(1)} % of ${Math.round(capacity)}/s, p99 ${seen.p99.toFixed(1)} ms, ${count(seen, 503)} shed`,
        );
      }
    }
  } finally {
    await house.stop();
  }
  const figures = rounds.map(medians);
  const twice = figures[LOADS.indexOf(2)] as LoadFigures;
  // In each round by itself: the machine is not the same from round to round.
  const ratio = median(
    (rounds[2] ?? []).map(({ p99 }, round) => p99 / (rounds[0]?.[round]?.p99 ?? Number.NaN)),
  );
  const most = (rounds[0] ?? []).reduce((one, other) => (other.shed > one.shed ? other : one));
  return {
    title: "Twice what it can do",
    how: `Nine lists and a create by turns. The capacity is what ${CALLERS} callers get who each wait for an answer before they ask again, before and after each load: ${Math.round(median(capacities))} answers a second. In between requests come at random times, whatever the answers do; latency counts from the time at which a request was due.`,
    head: [
      "load",
      "answered/s",
      "of capacity",
      "shed",
      "p50 ms",
      "p99 ms",
      "p99 of a refusal",
      "generator late, p99 ms",
      "generator's core",
    ],
    rows: figures.map((one) => [
      `${Math.round(100 * one.load)} %`,
      ...[String(Math.round(one.goodput)), `${(100 * one.share).toFixed(1)} %`, `${one.shed.toFixed(1)} %`],
      ...[one.p50, one.p99, one.refusedP99, one.lateness].map((value) => value.toFixed(1)),
      `${Math.round(100 * one.generatorBusy)} %`,
    ]),
    cores: [
      ...figures.map(({ load, core }) => ({ when: `${Math.round(100 * load)} % of capacity`, core })),
      { when: `70 %, the round that shed most (${most.shed.toFixed(1)} %)`, core: most.core },
    ],
    verdicts: [
      {
        what: "goodput at twice the capacity",
        must: "≥ 95 % of it",
        is: `${(100 * twice.share).toFixed(1)} %`,
        met: twice.share >= 0.95,
      },
      {
        what: "p99 of accepted at twice the capacity, of that at 70 %",
        must: "≤ 1.5×",
        is: `${ratio.toFixed(2)}×`,
        met: ratio <= 1.5,
      },
      {
        what: "shed at 70 %, in any round",
        must: "nothing",
        is: `${most.shed.toFixed(2)} %`,
        met: most.shed === 0,
      },
    ],
    figures,
  };
}

function medians(rounds: LoadFigures[]): LoadFigures {
  const of = (pick: (one: LoadFigures) => number) => median(rounds.map(pick));
  return {
    load: of(({ load }) => load),
    goodput: of(({ goodput }) => goodput),
    share: of(({ share }) => share),
    shed: of(({ shed }) => shed),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    refusedP99: of(({ refusedP99 }) => refusedP99),
    lateness: of(({ lateness }) => lateness),
    generatorBusy: of(({ generatorBusy }) => generatorBusy),
    core: typicalUse(rounds.map(({ core }) => core)),
  };
}
