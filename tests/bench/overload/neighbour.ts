import postgres from "postgres";
import { type CoreUse, typicalUse } from "@/tests/bench/core-use";
import type { Stream } from "@/tests/bench/overload/generator";
import {
  count,
  from,
  listsOf,
  mustAnswer,
  type Part,
  type Plan,
  startHouse,
  streamOf,
} from "@/tests/bench/overload/house";
import { cookieOf, list } from "@/tests/bench/peers/holdfast";
import type { Ask } from "@/tests/bench/peers/peer";
import type { Bench } from "@/tests/bench/seed";
import { median } from "@/tests/bench/statistics";

/** People of workspace A, each with the budget of a person: 600 reads a minute, which is the default. */
const PEOPLE = 10;
const BUDGET_PER_SECOND = PEOPLE * (600 / 60);
const TIMES = 10;
/** Addresses of each of them, so that the budget of an address does not hide that of the people. */
const ADDRESSES = 3;
/** Of all other callers together, who stay within their budgets. */
const OTHERS_PER_SECOND = 300;
/** Seconds after which A has spent what it had saved. */
const SPEND_S = 8;

interface Round {
  alone: number;
  beside: number;
  refused: number;
  /** Share of the others that was refused beside it. */
  shed: number;
  refusedP99: number;
  cores: { alone: CoreUse; beside: CoreUse };
}

/** One workspace sends ten times what it may; another reads at a modest rate. */
export async function neighbour(plan: Plan): Promise<Part> {
  const { bench } = plan;
  const noisy: Stream = {
    name: "noisy",
    asks: await noisyAsks(bench),
    load: { perSecond: TIMES * BUDGET_PER_SECOND },
  };
  const others: Stream = {
    name: "others",
    asks: listsOf(bench, bench.callers).slice(PEOPLE),
    load: { perSecond: OTHERS_PER_SECOND },
  };
  const house = await startHouse(plan, { HOLDFAST_LIMITS: "" });
  const rounds: Round[] = [];
  try {
    await house.run([{ ...others, name: "warm-up" }], SPEND_S);
    await house.run([noisy], SPEND_S);
    for (let round = 1; round <= plan.rounds; round++) {
      const quiet = await house.run([others]);
      const alone = streamOf(quiet, "others");
      const outcome = await house.run([others, noisy], SPEND_S);
      const beside = streamOf(outcome, "others");
      const loud = streamOf(outcome, "noisy");
      mustAnswer(alone, [200]);
      mustAnswer(beside, [200, 503]);
      mustAnswer(loud, [200, 429, 503]);
      rounds.push({
        alone: alone.p99,
        beside: beside.p99,
        refused: count(loud, 429) / loud.sent,
        shed: count(beside, 503) / beside.sent,
        refusedP99: loud.refusedP99,
        cores: { alone: quiet.core, beside: outcome.core },
      });
      plan.say(
        `${round}/${plan.rounds} p99 ${alone.p99.toFixed(2)} → ${beside.p99.toFixed(2)} ms; the noisy one ${JSON.stringify(loud.byStatus)}`,
      );
    }
  } finally {
    await house.stop();
  }
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const byRounds = rounds
    .map(({ alone, beside }) => `${beside.toFixed(1)} and ${alone.toFixed(1)} ms`)
    .join("; ");
  const ratio = of(({ alone, beside }) => beside / alone);
  return {
    title: "A noisy neighbour",
    how: `Budgets as they are by default. The ${PEOPLE} people of one workspace may read ${BUDGET_PER_SECOND} times a second together, and ask ${TIMES} times that, from ${PEOPLE * ADDRESSES} addresses; ${(100 * of(({ refused }) => refused)).toFixed(0)} % of it is refused. People of other workspaces read ${OTHERS_PER_SECOND} times a second. By rounds, beside it and alone: ${byRounds}.`,
    head: ["", "p99 ms"],
    rows: [
      ["the others alone", of(({ alone }) => alone).toFixed(2)],
      ["the others beside the noisy one", of(({ beside }) => beside).toFixed(2)],
      ["a refusal of the noisy one", of(({ refusedP99 }) => refusedP99).toFixed(2)],
    ],
    cores: [
      { when: "others alone", core: typicalUse(rounds.map(({ cores }) => cores.alone)) },
      { when: "others beside a noisy one", core: typicalUse(rounds.map(({ cores }) => cores.beside)) },
    ],
    verdicts: [
      {
        what: "p99 of others beside a workspace at 10× its budget",
        must: "≤ 1.2×",
        is: `${ratio.toFixed(2)}×`,
        met: ratio <= 1.2,
      },
      {
        what: "others refused beside it",
        must: "nobody",
        is: `${(100 * of(({ shed }) => shed)).toFixed(2)} %`,
        met: rounds.every(({ shed }) => shed === 0),
      },
    ],
  };
}

/** Makes the first callers members of the workspace of the first of them; all ask for what is in it. */
async function noisyAsks(bench: Bench): Promise<Ask[]> {
  const people = bench.callers.slice(0, PEOPLE);
  const sql = postgres(bench.urls.admin, { max: 1, onnotice: () => {} });
  try {
    const [first] = people;
    const [workspace] = await sql<
      { id: string }[]
    >`select id from organization where personal_user_id = ${first?.id ?? ""}`;
    if (!workspace) throw new Error("the first caller has no workspace");
    for (const { id } of people.slice(1))
      await sql`insert into member (id, organization_id, user_id, role)
        values (uuidv7(), ${workspace.id}, ${id}, 'member') on conflict do nothing`;
    return Array.from({ length: ADDRESSES * PEOPLE }, (_, index) => {
      const caller = people[index % PEOPLE] as (typeof people)[number];
      return list(caller, {
        ...cookieOf(bench, caller),
        "x-workspace-id": workspace.id,
        ...from(0x20000 + index * 256),
      });
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
