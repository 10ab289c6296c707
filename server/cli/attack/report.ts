/** What `holdfast attack` answers: the same as JSON, and drawn as one page. */
export interface AttackReport {
  product: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  seconds: number;
  /** Requests sent, those that only prepared the ground left out. */
  requests: number;
  /** `short` is what `npm test` runs; `whole` is everything. */
  form: "short" | "whole";
  principals: Principal[];
  attacks: Attack[];
  procedures: Procedure[];
  cells: Cell[];
  findings: Finding[];
}

export interface Principal {
  /** Such as `viewer`. */
  id: string;
  title: string;
  /** Who that is, in a sentence. */
  about: string;
}

export interface Attack {
  /** Such as `expired-token`. */
  id: string;
  title: string;
  /** Attacks are drawn in groups: credentials, reach, input, abuse. */
  group: "access" | "credentials" | "reach" | "input" | "abuse";
  /** What is tried, and what must come of it. */
  about: string;
  /** OWASP API Security Top 10 (2023), such as `API1:2023`. */
  owasp: string;
}

/** A way in: a procedure, an operation of REST, or a route of Better Auth. */
export interface Procedure {
  /** `task.list`, `GET /api/v1/tasks` or `POST /api/auth/sign-in/email`. */
  name: string;
  kind: "query" | "mutation" | "subscription" | "rest" | "route";
  permission: string;
  limit: string;
}

/** One way in, one principal, one attack. */
export interface Cell {
  procedure: string;
  principal: string;
  attack: string;
  /** `held`: every answer was the expected one. `n/a`: the attack has no place to land here; `why` says so. */
  verdict: "held" | "broken" | "n/a";
  why?: string;
  /** Every request of the cell, or the first of very many equal ones. */
  probes: Probe[];
}

/** One request and its answer, as evidence. Credentials are cut short. */
export interface Probe {
  /** What this one tries: the payload's name, the field. */
  about: string;
  request: { method: string; path: string; headers: Record<string, string>; body: string };
  answer: { status: number; headers: Record<string, string>; body: string; ms: number };
  /** In words, such as `401 UNAUTHORIZED, nothing changed`. */
  expected: string;
  held: boolean;
}

/** Something that must not be: for whoever mends it. */
export interface Finding {
  procedure: string;
  principal: string;
  attack: string;
  /** File and line of the procedure or the check, as far as it is known. */
  place: string;
  /** What was seen beside what was expected. */
  seen: string;
  risk: "critical" | "high" | "medium" | "low";
  owasp: string;
  /** What to do about it. */
  mending: string;
}
