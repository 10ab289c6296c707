import type { Outcome } from "@/server/cli/attack/engine";
import type { Cell, Finding, Probe } from "@/server/cli/attack/report";
import type { Answer } from "@/server/cli/attack/send";
import type { Shot } from "@/server/cli/attack/trial";

const LONGEST = 2_000;
/** Evidence of a cell that held: the first of many alike. */
const MOST_PROBES = 8;

export function cellOf({ trial, answers, faults }: Outcome): Cell {
  const { procedure, principal, attack, why } = trial;
  const cell = { procedure, principal, attack: attack.id };
  if (why !== undefined || trial.shots.length === 0)
    return { ...cell, verdict: "n/a", why: why ?? "there is no such input", probes: [] };
  const bad = new Set(faults.map(({ shot }) => shot));
  const probes = trial.shots.flatMap((shot, index) => {
    const answer = answers[index];
    return answer && (index < MOST_PROBES || bad.has(index)) ? [probeOf(shot, answer, !bad.has(index))] : [];
  });
  return { ...cell, verdict: faults.length === 0 ? "held" : "broken", probes };
}

function probeOf({ about, ask, expect }: Shot, answer: Answer, held: boolean): Probe {
  const headers: Record<string, string> = {};
  for (const [name, value] of ask.headers) {
    const shown = isCredential(name) ? `${value.slice(0, 48)}…` : cut(value);
    headers[name] = headers[name] === undefined ? shown : `${headers[name]}\n${shown}`;
  }
  return {
    about,
    request: { method: ask.method, path: cut(ask.path), headers, body: cut(ask.body ?? "") },
    answer: {
      status: answer.status,
      headers: { ...answer.headers, ...(answer.headers["set-cookie"] && { "set-cookie": "…" }) },
      body: cut(answer.text),
      ms: answer.ms,
    },
    expected: expect.words,
    held,
  };
}

const isCredential = (name: string) => /^(?:cookie|authorization|x-api-key)$/i.test(name);
const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length})` : text);

export function findingOf({ trial, faults }: Outcome, place: string): Finding {
  const { procedure, principal, attack, shots } = trial;
  const seen = faults.slice(0, 3).map(({ shot, text }) => {
    const about = shots[shot];
    return about ? `${about.about}: ${text}; expected ${about.expect.words}` : text;
  });
  const more = faults.length > 3 ? [`and ${faults.length - 3} more`] : [];
  return {
    ...{ procedure, principal, attack: attack.id, place, seen: [...seen, ...more].join(". ") },
    ...{ risk: attack.risk, owasp: attack.owasp, mending: attack.mending },
  };
}
