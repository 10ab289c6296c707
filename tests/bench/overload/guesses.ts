import { type CoreUse, typicalUse } from "@/tests/bench/core-use";
import type { Outcome, Stream } from "@/tests/bench/overload/generator";
import {
  capacityOf,
  count,
  FIRST_WARM_UP,
  from,
  listsOf,
  mustAnswer,
  type Part,
  type Plan,
  startHouse,
  streamOf,
  warmUpHouse,
} from "@/tests/bench/overload/house";
import type { Ask } from "@/tests/bench/peers/peer";
import { median } from "@/tests/bench/statistics";

const GUESSES = 2_000;
/** Five times what the passwords of one core would take, if it did nothing else. */
const PER_SECOND = 100;

interface Readers {
  share: number;
  p99: number;
  core: CoreUse;
}

interface Round {
  alone: Readers;
  flooded: Readers;
  hashed: number;
}

/** Readers at half of what the server can do, while somebody guesses passwords from everywhere. */
export async function guesses(plan: Plan): Promise<Part> {
  const house = await startHouse(plan);
  const asks = listsOf(plan.bench, plan.bench.callers);
  const flood: Stream = { name: "guesses", asks: guessesAt(house.url), load: { perSecond: PER_SECOND } };
  const rounds: Round[] = [];
  const rates: number[] = [];
  try {
    await warmUpHouse(house, asks);
    await house.run([{ name: "warm-up", asks, load: { perSecond: PER_SECOND } }, flood], FIRST_WARM_UP);
    for (let round = 1; round <= plan.rounds; round++) {
      const rate = (await capacityOf(house, asks)) / 2;
      rates.push(rate);
      const readers: Stream = { name: "readers", asks, load: { perSecond: rate } };
      const alone = readersOf(await house.run([readers]));
      const outcome = await house.run([readers, flood]);
      const flooded = readersOf(outcome);
      const guessed = streamOf(outcome, "guesses");
      rounds.push({ alone, flooded, hashed: count(guessed, 401) / plan.seconds });
      plan.say(
        `${round}/${plan.rounds} readers ${(100 * flooded.share).toFixed(1)} %, p99 ${alone.p99.toFixed(1)} → ${flooded.p99.toFixed(1)} ms; guesses ${JSON.stringify(guessed.byStatus)}`,
      );
    }
  } finally {
    await house.stop();
  }
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const served = of(({ flooded }) => flooded.share);
  const worst = Math.min(...rounds.map(({ flooded }) => flooded.share));
  const row = (name: string, share: number, p99: number) => [
    name,
    `${(100 * share).toFixed(1)} %`,
    p99.toFixed(1),
  ];
  return {
    title: "Readers under a flood of password guesses",
    how: `Readers at half of the capacity, ${Math.round(median(rates))} lists a second; ${PER_SECOND} wrong passwords a second from as many addresses, with all budgets raised: of those, ${of(({ hashed }) => hashed).toFixed(1)} a second were hashed and answered 401. In the worst round ${(100 * worst).toFixed(1)} % of the readers were answered.`,
    head: ["", "answered", "p99 ms"],
    rows: [
      row(
        "readers alone",
        of(({ alone }) => alone.share),
        of(({ alone }) => alone.p99),
      ),
      row(
        "readers under the flood",
        served,
        of(({ flooded }) => flooded.p99),
      ),
    ],
    cores: [
      { when: "readers alone", core: typicalUse(rounds.map(({ alone }) => alone.core)) },
      { when: "readers under guesses", core: typicalUse(rounds.map(({ flooded }) => flooded.core)) },
    ],
    verdicts: [
      {
        what: "readers answered under a flood of guesses",
        must: "≥ 99 %",
        is: `${(100 * served).toFixed(1)} %`,
        met: served >= 0.99,
      },
    ],
  };
}

function readersOf(outcome: Outcome): Readers {
  const seen = streamOf(outcome, "readers");
  mustAnswer(seen, [200, 503]);
  return { share: count(seen, 200) / seen.sent, p99: seen.p99, core: outcome.core };
}

/** At accounts that exist and at others by turns, each from a network of its own. */
const guessesAt = (url: string): Ask[] =>
  Array.from({ length: GUESSES }, (_, index) => ({
    ...{ method: "POST", path: "/api/auth/sign-in/email", expect: 401 },
    headers: { "content-type": "application/json", origin: url, ...from(0x10000 + index * 256) },
    body: JSON.stringify({
      email: index % 2 === 0 ? `owner-${1 + (index % 1_000)}@bench.example` : `nobody-${index}@bench.example`,
      password: `a wrong password ${index}`,
    }),
  }));
