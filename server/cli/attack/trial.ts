import type { Finding, Attack as ReportedAttack } from "@/server/cli/attack/report";
import type { Answer, Ask } from "@/server/cli/attack/send";

/** An attack and what a success of it would mean. */
export interface Attack extends ReportedAttack {
  risk: Finding["risk"];
  mending: string;
}

/** What must come of one request. */
export interface Expect {
  words: string;
  statuses: readonly number[];
  code?: string;
  /** Looks closer; answers what is wrong. */
  fault?(answer: Answer): string | undefined;
  /** The audit row that must be written, and the change that must be seen. */
  change?: { action: string; actorId: string; workspaceId: string | null };
}

export interface Shot {
  about: string;
  ask: Ask;
  expect: Expect;
  /** Marks that the answer may hold. */
  sees: ReadonlySet<string>;
}

/** One cell in the making. */
export interface Trial {
  procedure: string;
  principal: string;
  attack: Attack;
  /** `quiet`: nothing may change. `loud`: each shot that is to change something does. `free`: what is let in may change. `open`: nobody looks. */
  mode: "quiet" | "loud" | "free" | "open";
  shots: Shot[];
  /** The same with nothing wrong in it: rows that this takes away, a `free` trial may take away too. */
  plain?: Shot;
  /** All answers of which the same is expected are to be equal, request id aside. */
  isAlike?: boolean;
  /** Looks at all answers together. */
  fault?(answers: readonly Answer[]): string | undefined;
  /** Why the attack has no place to land. */
  why?: string;
}

export const NOBODY: ReadonlySet<string> = new Set<string>([]);

const refusal = (status: number, code: string, message: string): Expect => ({
  words: `${status} ${code}, nothing changed`,
  statuses: [status],
  code,
  fault: (answer) => {
    const told = messageOf(answer.json);
    return told === message ? undefined : `says ${JSON.stringify(told)}, not the one message of ${status}`;
  },
});

export const UNAUTHENTICATED = refusal(401, "UNAUTHORIZED", "Sign in to go on.");
export const EXPIRED = refusal(401, "TOKEN_EXPIRED", "Sign in to go on.");
export const FORBIDDEN = refusal(403, "FORBIDDEN", "You may not do this, or it is not there.");
export const INVALID: Expect = {
  words: "400 BAD_REQUEST, nothing changed",
  statuses: [400],
  code: "BAD_REQUEST",
};

/** 403 to somebody who is in, and may know what is missing. */
export const refusedFor = (code: string, reason = code): Expect => ({
  words: `403 ${reason}, nothing changed`,
  statuses: [403],
  code,
  fault: ({ text }) => (text.includes(reason) ? undefined : "does not say why"),
});

interface Told {
  code?: string;
  reason?: string;
  message?: string;
  requestId?: string;
}

/** The error of an answer, in whichever envelope. */
export function errorOf(json: unknown): Told | undefined {
  const error = (json as { error?: Told & { data?: Told } } | undefined)?.error;
  if (typeof error !== "object" || error === null) return undefined;
  const { data, ...rest } = error;
  return typeof data === "object" && data !== null ? { ...rest, ...data } : rest;
}

const messageOf = (json: unknown) => errorOf(json)?.message;

/** What an answer tells: of tRPC inside its envelope, of REST and of a stream as it is. */
export function dataIn({ json }: Pick<Answer, "json">): unknown {
  const { result } = (json ?? {}) as { result?: { data?: unknown } };
  return typeof result === "object" ? result.data : json;
}

/** Without what differs from request to request. */
export function blanked(text: string): string {
  return text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""');
}
