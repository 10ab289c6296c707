import type { RefusalRow } from "@/db/evidence";
import { ALERT_WINDOW_MS, type Alert, alertOf } from "@/server/guard/alerts/alert";

/** What the rules see of a refusal. */
export type Seen = Pick<
  RefusalRow,
  "action" | "reason" | "actorId" | "addressDigest" | "accountDigest" | "addressPrefix" | "requestId"
>;

interface Rule extends Pick<Alert, "rule" | "severity" | "subjectKind"> {
  action: string;
  /** Whom it counts for; nothing to count where null. */
  subject(seen: Seen): string | null;
  /** What is counted once however often it comes; every event by itself without this. */
  once?(seen: Seen): string | null;
  /** So many within the window fire. */
  most: number;
}

/** Rules over refusals. Each process counts what it refused itself, in the last ten minutes. */
const RULES: readonly Rule[] = [
  {
    rule: "failed_sign_ins",
    severity: "warning",
    subjectKind: "account",
    action: "authn_login_fail",
    subject: ({ accountDigest }) => accountDigest,
    most: 10,
  },
  {
    rule: "accounts_tried",
    severity: "critical",
    subjectKind: "address",
    action: "authn_login_fail",
    subject: ({ addressDigest }) => addressDigest,
    once: ({ accountDigest }) => accountDigest,
    most: 10,
  },
  {
    rule: "cross_tenant_probing",
    severity: "critical",
    subjectKind: "user",
    action: "authz_fail",
    subject: ({ actorId }) => actorId,
    most: 20,
  },
];

/** Says which alerts a refusal raises. `now` is in milliseconds since 1970. */
export type Judge = (seen: Seen, now: number) => Alert[];

/** The rules with their memory: at most `subjects` a rule, of whom who was quiet longest is forgotten first. */
export function createRules(subjects = 10_000): Judge {
  const memories = RULES.map((rule) => ({ rule, memory: new Memory(rule.most, subjects) }));
  return (seen, now) =>
    memories.flatMap(({ rule, memory }) => {
      const subjectId = rule.action === seen.action ? rule.subject(seen) : null;
      const firstAt = subjectId && memory.reaches(subjectId, rule.once?.(seen) ?? null, now);
      if (!firstAt) return [];
      const { rule: name, severity, subjectKind, most: count } = rule;
      const details = {
        requestId: seen.requestId,
        ...(seen.addressPrefix && { addressPrefix: seen.addressPrefix }),
      };
      return [alertOf({ rule: name, severity, subjectKind, subjectId, count, firstAt, now, details })];
    });
}

interface Marks {
  /** When what was seen, oldest first; never more than the rule asks for. */
  seen: { at: number; once: string | null }[];
  quietUntil: number;
}

class Memory {
  readonly #marks = new Map<string, Marks>();

  constructor(
    private readonly most: number,
    private readonly subjects: number,
  ) {}

  /** When the first of them was, if with this one the rule's number is reached within the window; else undefined. */
  reaches(subject: string, once: string | null, now: number): number | undefined {
    const marks = this.#of(subject);
    if (now < marks.quietUntil) return undefined;
    const isFresh = (mark: Marks["seen"][number]) =>
      mark.at > now - ALERT_WINDOW_MS && (once === null || mark.once !== once);
    marks.seen = [...marks.seen.filter(isFresh), { at: now, once }];
    if (marks.seen.length < this.most) return undefined;
    const firstAt = marks.seen[0]?.at;
    marks.seen = [];
    marks.quietUntil = now + ALERT_WINDOW_MS;
    return firstAt;
  }

  #of(subject: string): Marks {
    const marks = this.#marks.get(subject) ?? { seen: [], quietUntil: 0 };
    this.#marks.delete(subject);
    this.#marks.set(subject, marks);
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > this.subjects && oldest !== undefined) this.#marks.delete(oldest);
    return marks;
  }
}
