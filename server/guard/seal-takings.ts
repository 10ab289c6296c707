import { createHmac } from "node:crypto";
import { type Seal, sealsAfter, takings } from "@/db/seals";
import type { ScopedDatabase } from "@/db/transaction";
import type { Versions } from "@/server/platform/secrets/versions";

/**
 * What was taken out of the trail by right. The trail records it in rows of its own, signed with the key that is not in
 * the database: who can delete rows can not also make the record that would excuse it.
 */
export interface Taken {
  /** Number of the last seal whose rows retention has dropped; 0 when it never has. */
  through: number;
  /** Instant up to which rows were dropped. */
  until: string | null;
  /** Ids of people whose details were erased. */
  erased: ReadonlySet<string>;
}

type Signed = (string | number)[];

/** The record of a retention through `seal`, whose HMAC it holds fast, of what is older than `until`. */
export function retentionRecord(keys: Versions, seal: Seal, until: string): string {
  return `through seal ${seal.number}, until ${until}; ${signed(keys, retentionSaid(seal, until))}`;
}

/** The record of the erasure of a person. */
export function erasureRecord(keys: Versions, personId: string): string {
  return signed(keys, erasureSaid(personId));
}

const retentionSaid = ({ number, hmac }: Seal, until: string): Signed => ["retention", number, hmac, until];
const erasureSaid = (personId: string): Signed => ["erasure", personId];

/** What the records of the trail prove. One that was not made with a key of ours says nothing. */
export async function takenByRight(tx: ScopedDatabase, keys: Versions): Promise<Taken> {
  const records = await takings(tx);
  const erased = records
    .filter(({ action }) => action === "user_erased")
    .flatMap(({ resourceId, reason }) =>
      resourceId && isSigned(keys, erasureSaid(resourceId), reason) ? [resourceId] : [],
    );
  const taken = { through: 0, until: null as string | null, erased: new Set(erased) };
  for (const { action, reason } of records) {
    const [, number = "", until = ""] = /^through seal (\d+), until (\S+); /.exec(reason ?? "") ?? [];
    if (action !== "audit_retained" || Number(number) <= taken.through) continue;
    const [seal] = await sealsAfter(tx, Number(number) - 1, 1);
    if (seal?.number !== Number(number) || !isSigned(keys, retentionSaid(seal, until), reason)) continue;
    Object.assign(taken, { through: seal.number, until });
  }
  return taken;
}

function signed({ current, secrets }: Versions, said: Signed): string {
  return `signed ${current} ${signatureOf(secrets.get(current), said)}`;
}

function isSigned({ secrets }: Versions, said: Signed, record: string | null): boolean {
  const [, version = "", signature] = /signed (\d+) ([\w-]{43})$/.exec(record ?? "") ?? [];
  return secrets.has(Number(version)) && signature === signatureOf(secrets.get(Number(version)), said);
}

function signatureOf(key: string | undefined, said: Signed): string {
  if (!key) throw new Error("there is no audit key of this version");
  return createHmac("sha256", key)
    .update(`holdfast-taking-1\n${JSON.stringify(said)}`)
    .digest("base64url");
}
