import type { Sql } from "@/db/client";
import type { Desk } from "@/server/cli/attack/desk";
import type { Person } from "@/server/cli/attack/people";
import { PERSON_SCOPES, SERVICE_SCOPES } from "@/server/features/api-key/schema";

/** A key of the owner's in the team, or of a service account there. */
export interface Key {
  kind: "key" | "service";
  scopes: readonly string[];
  header: [string, string];
}

export interface Keys {
  key: Key;
  /** Of the same owner, with no scope at all. */
  bare: Key;
  expired: Key;
  revoked: Key;
  service: Key;
}

/** Keys made by the product itself; one is aged behind the walls. */
export async function makeKeys(admin: Sql, desk: Desk, owner: Person, workspace: string): Promise<Keys> {
  const call = async (name: string, input: object) => {
    const answer = await desk.call({ name, writes: true }, input, owner, workspace);
    const { result } = (answer.json ?? {}) as { result?: { data?: { id: string; key?: string } } };
    if (!result?.data) throw new Error(`${name} was answered ${answer.status}: ${answer.text.slice(0, 200)}`);
    return result.data;
  };
  const make = async (kind: Key["kind"], scopes: readonly string[], more = {}) => {
    const { id, key = "" } = await call("apiKey.create", {
      name: "A key",
      scopes,
      expiresInDays: 1,
      ...more,
    });
    return { id, made: { kind, scopes, header: ["X-Api-Key", key] } satisfies Key };
  };
  const { id: serviceAccountId } = await call("serviceAccount.create", {
    ...{ name: "A service", scopes: SERVICE_SCOPES },
  });
  const [key, bare, expired, revoked, service] = [
    await make("key", PERSON_SCOPES),
    await make("key", []),
    await make("key", PERSON_SCOPES),
    await make("key", PERSON_SCOPES),
    await make("service", SERVICE_SCOPES, { serviceAccountId }),
  ];
  await admin`update apikey set created_at = now() - interval '2 days', expires_at = now() - interval '1 second'
    where id = ${expired.id}`;
  await call("apiKey.revoke", { id: revoked.id });
  const made = { key, bare, expired, revoked, service };
  return Object.fromEntries(Object.entries(made).map(([name, one]) => [name, one.made])) as unknown as Keys;
}
