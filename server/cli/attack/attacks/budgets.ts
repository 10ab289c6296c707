import { randomUUID } from "node:crypto";
import { batchOf } from "@/server/cli/attack/attacks/abuse";
import { mintPerson } from "@/server/cli/attack/people";
import type { Answer } from "@/server/cli/attack/send";
import { headersOf, type Siege, strongest } from "@/server/cli/attack/standpoint";
import { tightSize } from "@/server/cli/attack/target";
import { type Attack, type Expect, errorOf, type Trial } from "@/server/cli/attack/trial";

const budget = (id: string, title: string, about: string): Attack => ({
  ...{ id, title, about, group: "abuse", owasp: "API4:2023", risk: "high" },
  mending:
    "See spendLimit in server/guard/middleware/limit.ts: it counts by user, before the verdict on permission.",
});

const BUDGET = budget(
  "budget",
  "Budget",
  "More calls than the budget holds, each with another address, agent, spelling and workspace: exactly as many pass, the rest are 429 and say when to come again.",
);
const BATCHED = budget(
  "budget-by-batch",
  "Budget, by batch",
  "More calls than the budget holds in one request: each costs one, and exactly as many pass.",
);

const BEYOND = 3;

/** What a caller is told beyond a budget; below it, any answer but that one. */
export const withinOrOver: Expect = {
  words: "anything below the budget, 429 with Retry-After beyond it",
  statuses: [200, 201, 207, 400, 401, 403, 404, 409, 429],
  fault: ({ status, headers }) => {
    if (status !== 429) return undefined;
    const told = ["retry-after", "ratelimit", "ratelimit-policy"].filter((name) => !headers[name]);
    return told.length > 0 ? `429 without ${told.join(", ")}` : undefined;
  },
};

/** Exactly `size` of the answers are something else than 429, and they come first. */
export const exactly = (size: number) => (answers: readonly Answer[]) => {
  const passed = answers.filter(({ status }) => status !== 429).length;
  const firstOver = answers.findIndex(({ status }) => status === 429);
  return passed === size && firstOver === size
    ? undefined
    : `${passed} of ${answers.length} passed, not ${size}`;
};

/** Each procedure by somebody new on a product with small budgets. */
export async function budgetTrials(siege: Siege): Promise<Trial[]> {
  const { desk, target: tight } = siege.world;
  const { people, team, club } = siege.world;
  // Another database: whatever stands there was written by the caller.
  const sees = new Set([...Object.values(people), team, club].map(({ mark }) => mark));
  const trials: Trial[] = [];
  for (const way of siege.ways) {
    const input = strongest(siege, way)?.input;
    if (!input) continue;
    const size = tightSize(siege.matrix.rules.get(way.procedure)?.limit ?? "read");
    const caller = await mintPerson(tight.admin, tight.secret, "spender");
    const batcher = await mintPerson(tight.admin, tight.secret, "batcher");
    const stand = (person: typeof caller, workspace = person.home) =>
      headersOf({ person, workspace, rowsOf: person, input, verdict: "allowed" });
    const base = { procedure: way.name, principal: "user", mode: "open" as const };
    trials.push({
      ...base,
      attack: BUDGET,
      shots: Array.from({ length: size + BEYOND }, (_, time) => ({
        about: `call ${time + 1} of a budget of ${size}`,
        ask: desk.ask(way, input, [
          ...stand(caller, time % 2 ? randomUUID() : caller.home),
          ...disguise(time),
        ]),
        expect: withinOrOver,
        sees,
      })),
      fault: exactly(size),
    });
    // REST knows no batches, and streams come one by one.
    if (way.rest || way.kind === "subscription") continue;
    const ask = batchOf(siege, way, input, stand(batcher), size + BEYOND);
    trials.push({
      ...base,
      attack: BATCHED,
      shots: [{ about: `${size + BEYOND} calls in one`, ask, expect: withinOrOver, sees }],
      fault: ([answer]) => exactly(size)(partsOf(answer)),
    });
  }
  return trials;
}

/** The answers of a batch, as if they had come one by one. */
function partsOf(answer: Answer | undefined): Answer[] {
  const parts = Array.isArray(answer?.json) ? (answer.json as unknown[]) : [];
  return parts.map((json) => ({
    ...{ headers: {}, text: "", ms: 0, json },
    status: errorOf(json)?.code === "TOO_MANY_REQUESTS" ? 429 : 200,
  }));
}

/** All that a client may say of itself, another time each. */
export function disguise(time: number): [string, string][] {
  const address = `203.0.113.${time + 1}`;
  return [
    ["X-Forwarded-For", address],
    ["X-Real-IP", address],
    ["Forwarded", `for=${address}`],
    ["CF-Connecting-IP", address],
    ["True-Client-IP", address],
    ["X-Holdfast-Client-Address", address],
    ["User-Agent", `agent ${time}`],
    ["Traceparent", `00-${randomUUID().replaceAll("-", "")}-00f067aa0ba902b7-01`],
  ];
}
