import {
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import type { DatedVersions, Versions } from "@/server/platform/secrets/versions";

interface Turn {
  /** A secret that nobody has seen. */
  fresh: string;
  /** Milliseconds since 1970 from which nothing that was signed before is accepted; null: earlier ones never end. */
  end: number | null;
  /** `stage`: the new one is accepted and does not sign yet. `compromised`: everything before it has ended. */
  how: "next" | "stage" | "compromised";
}

/** Before any clock: who took a secret can not set one back far enough. */
const ENDED = 0;

/** The versions after a rotation. A version that was staged comes into force before a fresh one is made. */
export function rotated<Kind extends Versions & Partial<DatedVersions>>(versions: Kind, turn: Turn): Kind {
  const { current, secrets, ends } = versions;
  const staged = [...secrets.keys()].filter((version) => version > current);
  const isReady = turn.how === "next" && staged.length > 0;
  const next = isReady ? Math.min(...staged) : Math.max(...secrets.keys()) + 1;
  const all = isReady ? secrets : new Map([...secrets, [next, turn.fresh] as const]);
  if (turn.how === "stage") return { ...versions, secrets: all };
  const earlier = [...secrets.keys()].filter((version) => version < next);
  const { end } = turn;
  const dated = earlier.map((version) => {
    const at = turn.how === "compromised" ? ENDED : Math.min(end ?? ENDED, ends?.get(version) ?? Infinity);
    return [version, at] as const;
  });
  return { ...versions, current: next, secrets: all, ...(end !== null && { ends: new Map(dated) }) };
}

/**
 * Writes a file of secrets in the place of the one that is there, for the same owner and nobody else; a reader sees the
 * old or the new one, whole.
 * @throws Error of the file system; EEXIST when another rotation is under way.
 */
export function replaceFile(path: string, text: string): void {
  // A link stays a link: what it points to is replaced.
  const file = realpathSync(path);
  const draft = `${file}.new`;
  const handle = openSync(draft, "wx", 0o600);
  try {
    const { uid, gid } = statSync(file);
    if (process.getuid?.() === 0) chownSync(draft, uid, gid);
    writeSync(handle, text);
    fsyncSync(handle);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** Writes a new file that only its owner may read. @throws Error of the file system; EEXIST when it is there. */
export function writeNewFile(file: string, text: string): void {
  const handle = openSync(file, "wx", 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
