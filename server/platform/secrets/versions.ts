import { z } from "zod";
import { weaknessOf } from "@/server/platform/secrets/strength";

/** Secrets by version: what is new is made with the current one, what is old is read with its own. */
export interface Versions {
  current: number;
  secrets: ReadonlyMap<number, string>;
}

/** Versions of which all but the current one end. A version above the current one is upcoming, and has no end yet. */
export interface DatedVersions extends Versions {
  /** Milliseconds since 1970, from which nothing that a version signed is accepted. */
  ends: ReadonlyMap<number, number>;
}

/** A secret that never changed yet. */
export function firstVersion(secret: string): DatedVersions {
  return { current: 1, secrets: new Map([[1, secret]]), ends: new Map() };
}

/** What is accepted now, the current version first. */
export function liveVersions(
  { current, secrets, ends }: DatedVersions,
  now = Date.now(),
): { version: number; secret: string }[] {
  const live = [...secrets].map(([version, secret]) => ({ version, secret }));
  return live
    .filter(({ version }) => version === current || now < (ends.get(version) ?? Number.POSITIVE_INFINITY))
    .sort((one, other) => Number(other.version === current) - Number(one.version === current));
}

/** The secret that signs what is new. */
export function currentSecret({ current, secrets }: Versions): string {
  const secret = secrets.get(current);
  if (!secret) throw new Error(`there is no secret of version ${current}`);
  return secret;
}

const INSTANT = /@(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)$/;
const ENTRY = /^\s*([1-9]\d{0,8}):(\S+)\s*$/;
const WEEK_MS = 7 * 86_400_000;

/** Whether a text is in the notation of versions; anything else is one secret, its version 1. */
export const isVersioned = (text: string) => /^\s*[1-9]\d{0,8}:/.test(text);

/** `2:…,1:…`, the current one first, no version twice: nothing of it ever ends. */
export const versionedSecrets = z.string().transform((text, issues): Versions => {
  const entries = entriesOf(text);
  for (const fault of faultsOf(entries, "2:key,1:key", "key")) issues.addIssue(fault);
  return { current: entries?.[0]?.version ?? 0, secrets: secretsOf(entries) };
});

/** `2:…,1:…@2026-12-01T00:00:00Z`: each earlier version says when it ends. */
export const datedSecrets = z.string().transform((text, issues): DatedVersions => {
  const dated = entriesOf(text)?.map(({ version, secret }) => {
    const [suffix = "", instant] = INSTANT.exec(secret) ?? [];
    const end = instant === undefined ? null : Date.parse(instant);
    return { version, secret: suffix ? secret.slice(0, -suffix.length) : secret, end };
  });
  const current = dated?.[0]?.version ?? 0;
  const faults = faultsOf(dated, "2:secret,1:secret@2026-12-01T00:00:00Z", "secret");
  for (const fault of faults.length > 0
    ? faults
    : (dated ?? []).flatMap((entry) => faultOfEnd(entry, current)))
    issues.addIssue(fault);
  const ends = (dated ?? []).flatMap(({ version, end }) => (end === null ? [] : [[version, end] as const]));
  return { current, secrets: secretsOf(dated), ends: new Map(ends) };
});

/** The notation of versions. The end of a version that ended is kept. */
export function writtenVersions({ current, secrets, ends }: Versions & Partial<DatedVersions>): string {
  const write = (version: number) => {
    const end = ends?.get(version);
    return `${version}:${secrets.get(version)}${end === undefined ? "" : `@${new Date(end).toISOString()}`}`;
  };
  return [current, ...[...secrets.keys()].filter((version) => version !== current)].map(write).join(",");
}

interface Entry {
  version: number;
  secret: string;
}

/** Undefined when the text is in another form, or names a version twice. */
function entriesOf(text: string): Entry[] | undefined {
  const entries = text.split(",").map((entry) => ENTRY.exec(entry) ?? []);
  const found = entries.map(([, version, secret = ""]) => ({ version: Number(version), secret }));
  const isWhole = entries.every(([whole]) => whole !== undefined);
  return isWhole && new Set(found.map(({ version }) => version)).size === found.length ? found : undefined;
}

const secretsOf = (entries: readonly Entry[] = []) =>
  new Map(entries.map(({ version, secret }) => [version, secret]));

function faultsOf(entries: readonly Entry[] | undefined, form: string, noun: string): string[] {
  const written = `write ${form}, the current one first, each made with: openssl rand -base64 32`;
  if (!entries) return [`is not written as ${form}, the current one first; each version once`];
  const weak = entries.find(({ secret }) => weaknessOf(secret));
  if (!weak) return [];
  const [what] = weaknessOf(weak.secret)?.split(";") ?? [];
  return [`holds a ${noun} that ${what} (version ${weak.version}); ${written}`];
}

/** An earlier version without an end would be accepted for ever: nobody is left to remember it. */
function faultOfEnd({ version, end }: Entry & { end: number | null }, current: number): string[] {
  if (end !== null && Number.isNaN(end)) return [`names an end of version ${version} that is no instant`];
  if (version >= current)
    return end === null ? [] : [`gives an end to version ${version}, which is not an earlier one`];
  if (end !== null) return [];
  const inAWeek = new Date(Date.now() + WEEK_MS).toISOString().replace(/\.\d+Z$/, "Z");
  return [
    `does not say when version ${version} ends; write ${version}:secret@${inAWeek} for a week from now`,
  ];
}
