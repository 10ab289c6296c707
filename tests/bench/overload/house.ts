import type { CoreUse } from "@/tests/bench/core-use";
import type { Generator, Outcome, Seen, Stream } from "@/tests/bench/overload/generator";
import { cookieOf, create, list, open } from "@/tests/bench/peers/holdfast";
import type { Ask } from "@/tests/bench/peers/peer";
import type { Bench, Caller } from "@/tests/bench/seed";

/** What every scenario is given. */
export interface Plan {
  bench: Bench;
  generator: Generator;
  rounds: number;
  /** Counted seconds of each load, and those before them. */
  seconds: number;
  warmUp: number;
  say(line: string): void;
}

/** One line of the budget, judged. */
interface Verdict {
  what: string;
  must: string;
  is: string;
  met: boolean;
}

/** What a scenario found, for a terminal and for a page. */
export interface Part {
  title: string;
  /** How it was done, in a sentence or two. */
  how: string;
  head: string[];
  rows: string[][];
  /** Who had the server's core, by what was done meanwhile. */
  cores: { when: string; core: CoreUse }[];
  verdicts: Verdict[];
}

interface House {
  url: string;
  run(streams: Stream[], warmUp?: number): Promise<Outcome>;
  stop(): Promise<void>;
}

/** Most connections at once, as many as a proxy in front would keep. */
const CONNECTIONS = 512;
/** As many as the places of calls and their line hold: none of them is refused. */
export const CALLERS = 16;
/** Seconds of work before anything is measured: a server that has just started compiles on its one core. */
export const FIRST_WARM_UP = 8;

/** Starts the product for a scenario. It believes who it is told has sent a request: callers come from many addresses. */
export async function startHouse(plan: Plan, changed: Record<string, string> = {}): Promise<House> {
  const { bench, generator, seconds, warmUp } = plan;
  const command = () => [process.execPath, "server/cli/start.mjs"];
  const { running } = await open(bench, command, { TRUSTED_PROXIES: "127.0.0.1", ...changed });
  const job = { url: running.url, seconds, connections: CONNECTIONS, serverPid: running.pid };
  return {
    url: running.url,
    run: (streams, warm = warmUp) => generator.run({ ...job, streams, warmUp: warm }),
    stop: running.stop,
  };
}

/** Makes it compile what it will run. */
export const warmUpHouse = (house: House, asks: readonly Ask[]) =>
  house.run([{ name: "warm-up", asks, load: { callers: CALLERS } }], FIRST_WARM_UP);

/** Answers a second to callers who each wait for an answer before they ask again. */
export async function capacityOf(house: House, asks: readonly Ask[]): Promise<number> {
  const outcome = await house.run([{ name: "closed", asks, load: { callers: CALLERS } }]);
  const closed = streamOf(outcome, "closed");
  mustAnswer(closed, [200]);
  return closed.goodput;
}

/** Lists by callers in turn, each from an address of their own. */
export const listsOf = (bench: Bench, callers: readonly Caller[]): Ask[] =>
  callers.map((caller, index) => list(caller, { ...cookieOf(bench, caller), ...from(index) }));

/** Nine lists and a create, by callers in turn. */
export function mixOf(bench: Bench, url: string): Ask[] {
  const lists = listsOf(bench, bench.callers);
  return Array.from({ length: 10 * lists.length }, (_, index) => {
    const caller = bench.callers[index % lists.length] as Caller;
    const credential = { ...cookieOf(bench, caller), origin: url, ...from(index % lists.length) };
    return index % 10 === 9 ? create(caller, credential) : (lists[index % lists.length] as Ask);
  });
}

/** An address that nobody has, of a network of its own. */
export const from = (number: number) => ({
  "x-forwarded-for": `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
});

export function streamOf({ streams }: Outcome, name: string): Seen {
  const found = streams.find((one) => one.name === name);
  if (!found) throw new Error(`no stream ${name}`);
  return found;
}

export const count = ({ byStatus }: Seen, status: number) => byStatus[status] ?? 0;

/** @throws Error when a stream was answered by anything but these: then the figures are of something else. */
export function mustAnswer({ name, byStatus, sent }: Seen, statuses: readonly number[]): void {
  const right = statuses.reduce((sum, status) => sum + (byStatus[status] ?? 0), 0);
  if (right !== sent)
    throw new Error(`${name}: of ${sent} answered otherwise than ${statuses}: ${JSON.stringify(byStatus)}`);
}
