import { v4 } from "uuid";
import { CASES, type Kind } from "@/tests/isolation/inputs";
import { type Keepsake, keep } from "@/tests/isolation/keepsake";
import { FREE_KEY, KEYED, type Level, type LevelName, openLevel, TAKEN_KEY } from "@/tests/isolation/levels";
import { buildMutants, type Mutants, type Site } from "@/tests/isolation/mutants";
import { type Answer, callOverHttp, procedureType } from "@/tests/support/house";

type Input = Record<string, unknown>;

/** One thing that the caller tries. */
export interface Probe {
  name: string;
  path: string;
  input: Input;
  /** The same with an id that nobody has: the answers must not tell which of the two is there. */
  unknown?: Input;
  key?: string;
}

/** What came of it. */
export interface Outcome {
  /** What was answered, and what the audit trail says of it. */
  text: string;
  /** Marks of what is foreign that the text holds, and the question did not. */
  seen: string[];
  tellsApart: boolean;
  /** Of all that is foreign, afterwards. */
  digest: string;
  /** Sites that were passed. */
  met: Set<string>;
}

export type Outcomes = Map<Probe, Outcome>;

interface Asked {
  answer: Answer;
  digest: string;
  noted: string[];
}

/** A mutation for its row in the trail alone. */
const LEAVES_A_ROW_ONLY = "securityEvent.export";

/** All that the caller can try: every procedure with own ids, and with each id that it takes a foreign one. */
function probesOf({ own, theirs, outOfReach, narrow }: Level): Probe[] {
  const probes = Object.entries(CASES).flatMap(([path, { input, ids }]): Probe[] => {
    const plain = input(own);
    const foreign = Object.entries(ids).filter(([, kind]) => outOfReach(kind));
    const put = (of: (kind: Kind) => string, fields: [string, Kind][]) =>
      Object.fromEntries(fields.map(([field, kind]) => [field, of(kind)]));
    const tries = foreign.map((field) => [field]);
    if (foreign.length > 0 && Object.keys(ids).length > 1) tries.push(Object.entries(ids));
    return [
      // A colleague's rows may follow what becomes of one's own: with a deleted project goes their task's place in it.
      ...(narrow && procedureType(path) === "mutation" && path !== LEAVES_A_ROW_ONLY
        ? []
        : [{ name: path, path, input: plain }]),
      ...tries.map((fields) => ({
        name: `${path} with a foreign ${fields.map(([field]) => field).join(" and ")}`,
        path,
        input: { ...plain, ...put((kind) => theirs[kind], fields) },
        unknown: { ...plain, ...put(() => v4(), fields) },
      })),
    ];
  });
  const keyed = { path: KEYED, input: CASES[KEYED]?.input(own) ?? {} };
  const keys = [TAKEN_KEY, FREE_KEY].map((key) => ({ ...keyed, name: `${KEYED} under a ${key} key`, key }));
  return narrow ? probes : [...probes, ...keys];
}

/** Tries things one after the other, each on the same rows. */
export class Prober {
  readonly probes: Probe[];
  readonly #level: Level;
  readonly #mutants: Mutants;
  readonly #keepsake: Keepsake;
  #untouched = "";

  private constructor(level: Level, mutants: Mutants, keepsake: Keepsake) {
    this.#level = level;
    this.#mutants = mutants;
    this.#keepsake = keepsake;
    this.probes = probesOf(level);
  }

  static async open(name: LevelName): Promise<Prober> {
    const level = await openLevel(name);
    const mutants = await buildMutants({ narrow: level.narrow });
    const prober = new Prober(level, mutants, await keep(level.house.admin));
    prober.#untouched = await prober.#digest();
    return prober;
  }

  get sites(): Site[] {
    return this.#mutants.sites;
  }

  get level(): Level {
    return this.#level;
  }

  /** Of all that is foreign, before anybody touched it. */
  get untouched(): string {
    return this.#untouched;
  }

  async tryAll(probes: Probe[] = this.probes, without: Site | null = null): Promise<Outcomes> {
    const outcomes: Outcomes = new Map();
    for (const probe of probes) outcomes.set(probe, await this.#try(probe, without));
    return outcomes;
  }

  async #try(probe: Probe, without: Site | null): Promise<Outcome> {
    const { result, met } = await this.#mutants.without(without, async () => {
      const asked = await this.#ask(probe, probe.input);
      const other = probe.unknown && (await this.#ask(probe, probe.unknown)).answer;
      return { ...asked, tellsApart: other !== undefined && other.text !== asked.answer.text };
    });
    const { answer, digest, noted, tellsApart } = result;
    const told = JSON.stringify(probe.input);
    const all = [answer.text, ...noted].join("\n");
    const seen = this.#level.marks.filter((mark) => all.includes(mark) && !told.includes(mark));
    const lines = noted.map((line) => this.#plain(line)).sort();
    const text = [`${answer.status} ${this.#plain(answer.text)}`, ...lines].join("\n");
    return { text, seen, tellsApart, digest, met };
  }

  async #ask({ path, key }: Probe, input: Input): Promise<Asked> {
    const { house, own, service } = this.#level;
    const asService = path === "securityEvent.pull" ? service : undefined;
    const caller = asService ? null : this.#level.caller;
    const headers = {
      "x-workspace-id": own.workspace,
      ...(key && { "idempotency-key": key }),
      ...asService,
    };
    const answer = await callOverHttp(
      house.runtime,
      { person: caller, path, input, headers },
      this.#mutants.handle,
    );
    if (procedureType(path) !== "mutation") return { answer, digest: this.#untouched, noted: [] };
    const [digest, noted] = [await this.#digest(), await this.#keepsake.noted()];
    const isDone = answer.status === 200 || digest !== this.#untouched || noted.length > 0;
    if (isDone) await this.#keepsake.restore();
    return { answer, digest, noted };
  }

  #digest(): Promise<string> {
    return this.#keepsake.digestOf(this.#level.foreign);
  }

  /** Without what every call makes anew, times, new ids, places on the board, and what is written behind the calls: uses of keys. */
  #plain(text: string): string {
    const known = Object.values({ ...this.#level.own, ...this.#level.theirs });
    return text
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replaceAll(/"position":"[^"]*"/g, '"position":""')
      .replaceAll(/"lastUsedAt":(?:null|"[^"]*")/g, '"lastUsedAt":""')
      .replaceAll(/\bhf_[0-9A-Za-z]+/g, "hf_")
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => (known.includes(id) ? id : "<id>"));
  }
}

/** What is foreign that came of it; empty when nothing did. */
export function foreignIn(outcome: Outcome, untouched: string): string[] {
  // A project of the workspace may be named by any member: that it is taken is no secret.
  const isTaken = outcome.text.startsWith("200 ");
  return [
    ...outcome.seen,
    ...(outcome.digest === untouched ? [] : ["foreign rows changed"]),
    ...(outcome.tellsApart && !isTaken ? ["what is there is told from what is not"] : []),
  ];
}

/** An answer is another when rows from outside the scope went into it, such as into a count. */
export type Verdict = "leak" | "foreign change" | "tells apart" | "other answer";

/** How an outcome is worse than that of the whole product; null when it is not. */
export function verdictOn(outcome: Outcome, whole: Outcome): Verdict | null {
  if (outcome.seen.some((mark) => !whole.seen.includes(mark))) return "leak";
  if (outcome.digest !== whole.digest) return "foreign change";
  if (outcome.tellsApart && !whole.tellsApart) return "tells apart";
  return outcome.text === whole.text ? null : "other answer";
}
