import { KeyObject } from "node:crypto";
import type { World } from "@/server/cli/attack/world";
import { openKeyPair } from "@/server/identity/tokens/jwt-plugin";
import { firstVersion } from "@/server/platform/secrets/versions";

/** Tokens that the product gave out, and the key that it signs with. */
export interface IssuedTokens {
  /** The owner's, good for five minutes. */
  token: string;
  refreshToken: string;
  /** One of a session that was ended. */
  revoked: string;
  /** Claims of a banned person's session. */
  bannedOwner: { sub: string; user_id: string; sid: string };
  key: KeyObject;
}

/** Has the product issue them to the owner; a program's session each. */
export async function issueTokens(world: World): Promise<IssuedTokens> {
  const { target, people, password } = world;
  const given = () => ask(world, "/token", { email: people.owner.email, password });
  const [good, other] = [await given(), await given()];
  await ask(world, "/revoke", { refreshToken: other.refreshToken });
  const [banned] = await target.admin<{ id: string }[]>`
    select id from session where user_id = ${people.banned.userId} limit 1`;
  const [row] = await target.admin<{ kid: string; publicKey: string; privateKey: string }[]>`
    select id as kid, public_key as "publicKey", private_key as "privateKey" from jwks
    where private_key <> '' and expires_at is null`;
  if (!banned || !row) throw new Error("there is no banned session, or no key");
  const { privateKey } = await openKeyPair(firstVersion(target.secret), row.kid, row);
  await world.watch.keep();
  const { userId } = people.banned;
  return {
    ...{ token: good.accessToken, refreshToken: good.refreshToken, revoked: other.accessToken },
    bannedOwner: { sub: userId, user_id: userId, sid: banned.id },
    key: KeyObject.from(privateKey as CryptoKey),
  };
}

interface Given {
  accessToken: string;
  refreshToken: string;
}

/** A well-behaved program's request for tokens. @throws when it is refused. */
export async function ask({ sender }: World, path: string, body: object): Promise<Given> {
  const answer = await sender.send({
    method: "POST",
    path: `/api/v1/auth${path}`,
    headers: [["Content-Type", "application/json"]],
    body: JSON.stringify(body),
  });
  if (answer.status !== 200)
    throw new Error(`${path} was answered ${answer.status}: ${answer.text.slice(0, 200)}`);
  return answer.json as Given;
}
