import { setTimeout as sleep } from "node:timers/promises";
import type { Load, Round } from "@/tests/bench/load";
import type { Ask, Line, Peer, Running, Work } from "@/tests/bench/peers/peer";
import { send } from "@/tests/bench/serve";
import { median } from "@/tests/bench/statistics";

/** What a line cost: the median over its rounds of each figure. */
export interface Figures {
  perSecond: number;
  /** Milliseconds, with `CONNECTIONS` callers who each wait for an answer before they ask again. */
  p50: number;
  p99: number;
  /** Milliseconds of CPU for one request: of the server's process, and of all of PostgreSQL's. */
  cpu: number;
  databaseCpu: number;
  /** How much of one core the server used. */
  busy: number;
}

export interface Row extends Figures {
  peer: string;
  title: string;
  work: Work;
  kind: string;
  way: string;
}

export interface Entrant {
  peer: Peer;
  running: Running;
}

interface Plan {
  load: Load;
  databasePid: number;
  rounds: number;
  /** Seconds. */
  warmUp: number;
  seconds: number;
  report(line: string): void;
}

/** On one core, compiling what is new takes some seconds from what is measured. */
const FIRST_WARM_UP = 4;
/** What was under way when the warm-up ended is no part of what is measured. */
const LEFT_OVER_MS = 300;
/** Some dozens of answers are needed, or those under way at the end would count for much. */
const LONGER: Partial<Record<Work, number>> = { "sign-in": 3 };
/** Sign-ins hash for 50 ms each: more at once would only wait. */
const CONNECTIONS: Record<Work, number> = { list: 16, refuse: 16, mix: 16, create: 16, "sign-in": 4 };

/** One piece of work by every peer in turn, several times over. @throws Error at the first wrong answer. */
export async function measureWork(entrants: Entrant[], work: Work, plan: Plan): Promise<Row[]> {
  const lines = entrants.flatMap((entrant) =>
    entrant.running.lines
      .filter((line) => line.work === work)
      .map((line) => ({ ...entrant, line, figures: [] as Figures[] })),
  );
  for (let round = 1; round <= plan.rounds; round++)
    for (const { peer, running, line, figures } of lines) {
      const figure = await measureLine(running, line, plan, round === 1).catch((error: Error) => {
        throw new Error(`${nameOf(peer, line)}: ${error.message}`, { cause: error });
      });
      figures.push(figure);
      plan.report(
        `${round}/${plan.rounds} ${nameOf(peer, line)}: ${figure.cpu.toFixed(3)} ms CPU, ${Math.round(figure.perSecond)}/s`,
      );
    }
  return lines.map(({ peer, line, figures }) => ({
    ...{ peer: peer.key, title: peer.title, work, kind: line.kind, way: line.way },
    ...medians(figures),
  }));
}

const nameOf = (peer: Peer, { work, kind, way }: Line) =>
  [peer.key, work, kind, way].filter(Boolean).join(" ");

async function measureLine(running: Running, line: Line, plan: Plan, isFirst: boolean): Promise<Figures> {
  const asks = await line.asks();
  const looked = line.work === "sign-in" ? asks.slice(0, CONNECTIONS["sign-in"]) : asks;
  for (const ask of looked) await mustBeRight(running, ask);
  const job = {
    ...{ url: running.url, asks, connections: CONNECTIONS[line.work] },
    ...{ serverPid: running.pid, databasePid: plan.databasePid },
  };
  await plan.load.run({ ...job, seconds: plan.warmUp * (isFirst ? FIRST_WARM_UP : 1) });
  await sleep(LEFT_OVER_MS);
  const round = await plan.load.run({ ...job, seconds: plan.seconds * (LONGER[line.work] ?? 1) });
  mustBeAllRight(round, asks, job.connections);
  return {
    perSecond: (1000 * round.answers) / round.elapsed,
    p50: round.p50,
    p99: round.p99,
    cpu: round.serverCpu / round.answers,
    databaseCpu: round.databaseCpu / round.answers,
    busy: round.serverCpu / round.elapsed,
  };
}

async function mustBeRight(running: Running, ask: Ask): Promise<void> {
  const answer = await send(running.url, ask);
  const text = await answer.text();
  const says = () => `${ask.method} ${ask.path} was answered ${answer.status}: ${text.slice(0, 300)}`;
  if (answer.status !== ask.expect) throw new Error(says());
  if (!ask.rows) return;
  const { owner, count } = ask.rows;
  const owners = running.ownersOf(JSON.parse(text));
  if (owners.length !== count || owners.some((one) => one !== owner))
    throw new Error(`not ${count} rows of ${owner}: ${says()}`);
}

/** Every status in its share; a rotation that was cut off may lack one of each connection. */
function mustBeAllRight({ answers, byStatus, failed }: Round, asks: Ask[], connections: number): void {
  const statuses = new Set([...Object.keys(byStatus), ...asks.map(({ expect }) => String(expect))]);
  const wrong = [...statuses].filter((status) => {
    const share = asks.filter(({ expect }) => String(expect) === status).length / asks.length;
    const count = byStatus[status] ?? 0;
    return share === 0 || Math.abs(count - share * answers) > connections;
  });
  if (wrong.length > 0 || failed > 0 || answers === 0)
    throw new Error(`wrong answers under load: ${JSON.stringify(byStatus)}, ${failed} without an answer`);
}

function medians(figures: Figures[]): Figures {
  const of = (name: keyof Figures) => median(figures.map((figure) => figure[name]));
  return {
    ...{ perSecond: of("perSecond"), p50: of("p50"), p99: of("p99") },
    ...{ cpu: of("cpu"), databaseCpu: of("databaseCpu"), busy: of("busy") },
  };
}
