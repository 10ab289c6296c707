import { createHash, randomBytes } from "node:crypto";
import type { Change, Fact, Facts } from "@/db/detail";
import type { Scope } from "@/db/scope";

/** Words that no field of a written-down change may have in its name: a secret is never a fact. */
const SECRET_WORDS = [
  "password",
  "passphrase",
  "credential",
  "token",
  "secret",
  "hash",
  "digest",
  "salt",
  "key",
  "cookie",
] as const;
const SECRET = new RegExp(SECRET_WORDS.join("|"), "i");
/** Longer values are content; facts are ids, states, instants and names. */
const LONGEST = 320;

/** Text that people wrote, on its way: that it changed is written down, and its length. */
interface Written {
  readonly written: string;
}
type Value = string | number | boolean | null | Written;
type IsSecret<Name extends string> =
  Lowercase<Name> extends `${string}${(typeof SECRET_WORDS)[number]}${string}` ? true : false;

/** Fields by name, each named in the code; a name that holds a word of the above does not compile. */
type Recorded<Row> = {
  [Name in keyof Row]: Name extends string
    ? string extends Name
      ? never
      : IsSecret<Name> extends true
        ? never
        : Value
    : never;
};

/** Marks text that people wrote: content, which those who read the audit trail may not read. */
export function written(text: string): Written {
  return { written: text };
}

/**
 * Hands the facts of a change to its audit row: `before: null` of what was made, `after: null` of what was deleted. Of an
 * update, only what differs is kept. Once a mutation.
 * @throws Error on a field named like a secret, on a value that is none, and on a second change: a mistake of ours.
 */
export function noteChange<Row extends Recorded<Row>>(
  scope: Scope,
  { before, after }: { before: Row | null; after: Row | null },
): void {
  if (scope.changes.length > 0) throw new Error("a mutation notes one change");
  const [old, next] = [before, after].map((row) => row && entriesOf(row)) as [Entries | null, Entries | null];
  const same = (name: string) => old && next && textOf(old.get(name)) === textOf(next.get(name));
  const facts = (entries: Entries | null): Facts | null =>
    entries &&
    Object.fromEntries([...entries].flatMap(([name, value]) => (same(name) ? [] : [[name, factOf(value)]])));
  scope.changes.push({ before: facts(old), after: facts(next) });
}

type Entries = Map<string, Value>;

function entriesOf(row: object): Entries {
  const entries: Entries = new Map(Object.entries(row));
  for (const [name, value] of entries) {
    if (SECRET.test(name)) throw new Error(`${name} is named like a secret and may not be written down`);
    if (!isValue(value)) throw new Error(`${name} is no fact; text that people wrote goes through written()`);
  }
  return entries;
}

function isValue(value: unknown): value is Value {
  if (value === null || typeof value === "number" || typeof value === "boolean") return true;
  if (typeof value === "string") return value.length <= LONGEST;
  return typeof value === "object" && "written" in value && typeof value.written === "string";
}

const isWritten = (value: Value | undefined): value is Written => typeof value === "object" && value !== null;
const textOf = (value: Value | undefined) => JSON.stringify(isWritten(value) ? [value.written] : value);
const factOf = (value: Value): Fact => (isWritten(value) ? { length: value.written.length } : value);

/** What `audit_detail` holds of a change, under a fresh salt, and what its event says of that. */
export function detailOf(change: Change): { salt: string; facts: string; digest: string } {
  const facts = JSON.stringify({ before: sorted(change.before), after: sorted(change.after) });
  const salt = randomBytes(16).toString("base64url");
  return { salt, facts, digest: digestOfDetail({ salt, facts }) };
}

/** SHA-256 over salt and facts. Without the salt nobody can try out what the facts might have been. */
export function digestOfDetail({ salt, facts }: { salt: string; facts: string }): string {
  return createHash("sha256").update(`holdfast-detail-1\n${salt}\n${facts}`).digest("base64url");
}

function sorted(facts: Facts | null): Facts | null {
  return facts && Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
