import { faultsOf } from "@/server/cli/attack/judge";
import type { Answer } from "@/server/cli/attack/send";
import { type AuditRow, changed, DETAIL, type State } from "@/server/cli/attack/state";
import type { Way } from "@/server/cli/attack/surface";
import { blanked, type Shot, type Trial } from "@/server/cli/attack/trial";
import type { World } from "@/server/cli/attack/world";

/** What came of one trial. */
export interface Outcome {
  trial: Trial;
  answers: Answer[];
  /** What is wrong, by the number of the shot; those of the whole trial come under -1. */
  faults: { shot: number; text: string }[];
}

interface EngineOptions {
  world: World;
  ways: readonly Way[];
  progress(done: number, about: string): void;
}

const BATCH = 48;
const AT_ONCE = 6;

/** Fires trials. Those under which nothing may change go together, the others one by one on the same ground. */
export function createEngine({ world, ways, progress }: EngineOptions) {
  const marks = [...Object.values(world.people), world.team, world.club].map(({ mark }) => mark);
  const byName = new Map(ways.map((way) => [way.name, way]));
  let done = 0;

  const fire = async (
    trial: Trial,
    after?: (shot: Shot, answer: Answer, index: number) => Promise<string[]>,
  ) => {
    const outcome: Outcome = { trial, answers: [], faults: [] };
    const note = (shot: number, texts: string[]) =>
      outcome.faults.push(...texts.map((text) => ({ shot, text })));
    for (const [index, shot] of trial.shots.entries()) {
      const answer = await world.sender.send(shot.ask);
      outcome.answers.push(answer);
      note(index, faultsOf({ shot, answer, marks, way: byName.get(trial.procedure) }));
      if (after) note(index, await after(shot, answer, index));
    }
    if (trial.isAlike && !areAlike(trial.shots, outcome.answers))
      note(-1, ["answers that must be alike differ"]);
    const together = trial.fault?.(outcome.answers);
    if (together) note(-1, [together]);
    progress(++done, `${trial.attack.id} ${trial.procedure}`);
    return outcome;
  };

  const quiet = async (trials: Trial[]): Promise<Outcome[]> => {
    const before = await world.watch.now();
    const outcomes = await atOnce(trials, (trial) => fire(trial));
    await blameAudit(outcomes);
    const touched = changed(before, await world.watch.now());
    if (touched.length === 0) return outcomes;
    await world.watch.restore();
    return blame(outcomes, touched);
  };

  /** A refused call that wrote down a success has done what it was refused. */
  const blameAudit = async (outcomes: Outcome[]) => {
    const rows = await world.watch.successes(outcomes.flatMap(({ answers }) => answers.map(requestId)));
    for (const { requestId: id, action } of rows)
      for (const { answers, faults } of outcomes) {
        const shot = answers.findIndex((answer) => requestId(answer) === id);
        if (shot >= 0) faults.push({ shot, text: `the audit trail says that ${action} was done` });
      }
  };

  /**
   * Something changed, and others may have met what one of them did: each trial of the batch once more, alone and on the
   * same ground. What does not come again is told with the doubt that it leaves.
   */
  const blame = async (outcomes: Outcome[], touched: string[]): Promise<Outcome[]> => {
    const again: Outcome[] = [];
    for (const { trial, faults } of outcomes) {
      const before = await world.watch.now();
      const outcome = await fire(trial);
      await blameAudit([outcome]);
      const changes = changed(before, await world.watch.now());
      if (changes.length > 0) {
        outcome.faults.push({ shot: -1, text: `changed ${changes.join(", ")}` });
        await world.watch.restore();
      } else if (outcome.faults.length === 0)
        outcome.faults.push(
          ...faults.map(({ shot, text }) => ({
            shot,
            text: `${text} (once, beside other attacks; not alone)`,
          })),
        );
      again.push(outcome);
    }
    const isFound = again.some(({ faults }) => faults.some(({ text }) => text.startsWith("changed ")));
    if (!isFound)
      for (const { faults } of again)
        faults.push({ shot: -1, text: `${touched.join(", ")} changed during this or a neighbouring attack` });
    return again;
  };

  /** Shots that must change something are looked at one by one; each begins on the same ground. */
  const loud = async (trial: Trial): Promise<Outcome> => {
    let before = await world.watch.now();
    return fire(trial, async ({ expect }, answer) => {
      const after = await world.watch.now();
      const touched = changed(before, after);
      const rows = await world.watch.successes([requestId(answer)]);
      before = touched.length > 0 ? await world.watch.restore() : after;
      if (expect.change) return faultsOfChange(expect.change, touched, rows);
      return [
        ...(touched.length > 0 ? [`changed ${touched.join(", ")}`] : []),
        ...rows.map(({ action }) => `the audit trail says that ${action} was done`),
      ];
    });
  };

  /** Rows that the same request takes away with nothing wrong in it, such as the sessions of somebody who is banned. */
  const lostBy = async (plain: Shot): Promise<Map<string, number>> => {
    const before = await world.watch.now();
    await world.sender.send(plain.ask);
    const after = await world.watch.now();
    await world.watch.restore();
    return new Map([...before].map(([name, { rows }]) => [name, rows - (after.get(name)?.rows ?? 0)]));
  };

  const free = async (trial: Trial): Promise<Outcome> => {
    const mayLose = trial.plain ? await lostBy(trial.plain) : new Map<string, number>();
    const before = await world.watch.now();
    const outcome = await fire(trial);
    const after = await world.watch.now();
    const good = outcome.answers.filter(({ status }) => status === 200 || status === 201);
    const rows = await world.watch.successes(good.map(requestId));
    const texts = faultsOfCounts(before, after, good.length, mayLose);
    if (rows.length !== good.length) texts.push(`${good.length} changes and ${rows.length} audit rows`);
    outcome.faults.push(...texts.map((text) => ({ shot: -1, text })));
    await world.watch.restore();
    return outcome;
  };

  return async (trials: readonly Trial[]): Promise<Outcome[]> => {
    const outcomes: Outcome[] = trials
      .filter(({ why }) => why !== undefined)
      .map((trial) => ({ trial, answers: [], faults: [] }));
    const live = trials.filter(({ why }) => why === undefined);
    const still = live.filter(({ mode }) => mode === "quiet");
    for (let at = 0; at < still.length; at += BATCH)
      outcomes.push(...(await quiet(still.slice(at, at + BATCH))));
    const open = live.filter(({ mode }) => mode === "open");
    outcomes.push(...(await atOnce(open, (trial) => fire(trial))));
    for (const trial of live.filter(({ mode }) => mode === "loud")) outcomes.push(await loud(trial));
    for (const trial of live.filter(({ mode }) => mode === "free")) outcomes.push(await free(trial));
    return outcomes;
  };
}

const requestId = ({ headers }: Answer) => headers["x-request-id"] ?? "";
/** Equal, request id aside, wherever the same is expected. */
function areAlike(shots: readonly Shot[], answers: readonly Answer[]): boolean {
  const first = new Map<Shot["expect"], string>();
  return shots.every(({ expect }, index) => {
    const answer = answers[index];
    const text = answer ? bodyAndStatus(answer) : "";
    if (!first.has(expect)) first.set(expect, text);
    return first.get(expect) === text;
  });
}

const bodyAndStatus = ({ status, text }: Answer) => `${status} ${blanked(text)}`;

function faultsOfChange(
  { action, actorId, workspaceId }: NonNullable<Shot["expect"]["change"]>,
  touched: string[],
  rows: AuditRow[],
): string[] {
  const [row] = rows;
  const hasChanged = touched.some((name) => name !== DETAIL);
  const faults = hasChanged || (row && isRecord(row)) ? [] : ["allowed, and nothing changed"];
  if (!row || rows.length > 1) return [...faults, `${rows.length} audit rows for one change`];
  if (row.facts === null) faults.push("the audit row has no detail");
  const isTrue = row.action === action && row.actorId === actorId && row.workspaceId === workspaceId;
  if (!isTrue) faults.push(`the audit row says ${row.action} by ${row.actorId} in ${row.workspaceId}`);
  return faults;
}

/** Whether a row tells of something that changes nothing else, such as an export: of no resource, and of no state before. */
function isRecord({ resourceId, facts }: AuditRow): boolean {
  return resourceId === null && facts !== null && (JSON.parse(facts) as { before: unknown }).before === null;
}

/** Answers of 200 may add rows, one or two in a table; none takes more away than it must. */
function faultsOfCounts(
  before: State,
  after: State,
  good: number,
  mayLose: ReadonlyMap<string, number>,
): string[] {
  return [...after].flatMap(([name, { rows }]) => {
    const more = rows - (before.get(name)?.rows ?? 0);
    if (more < 0 && -more > (mayLose.get(name) ?? 0)) return [`${name} lost ${-more} rows`];
    return more > 2 * good ? [`${name} has ${more} rows more, for ${good} changes`] : [];
  });
}

async function atOnce<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const queue = all.map((one, index) => ({ one, index }));
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next.index] = await work(next.one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
