import { createHash, randomBytes, randomUUID } from "node:crypto";
import { bodyFor, nameOf, post, route, trialOf } from "@/server/cli/attack/attacks/route-requests";
import { mintPerson, type Person, signedCookie } from "@/server/cli/attack/people";
import { headersOf, type Siege, type Standpoint, standAt, strongest } from "@/server/cli/attack/standpoint";
import type { Way } from "@/server/cli/attack/surface";
import { type Attack, type Expect, NOBODY, refusedFor, type Trial } from "@/server/cli/attack/trial";
import type { World } from "@/server/cli/attack/world";
import { AUTH_ROUTES } from "@/server/http/auth-routes";

const STALE: Attack = {
  ...{ group: "credentials", owasp: "API2:2023", risk: "critical" },
  id: "stale-proof",
  title: "Stale proof",
  about: "A session whose holder proved to be there an hour ago, where a fresh proof is asked for.",
  mending: "See server/guard/fresh.ts, and server/guard/middleware/authorise.ts, which asks it.",
};
const ONE_FACTOR: Attack = {
  ...{ group: "access", owasp: "API2:2023", risk: "critical" },
  id: "one-factor",
  title: "One factor for two",
  about: "The owner, signed in by a password alone, in a workspace that asks for a second factor.",
  mending: "See lacksSecondFactor in server/guard/fresh.ts.",
};
const STALE_ROUTE = route(
  "route-stale-proof",
  "Stale proof",
  "credentials",
  "Second factors are set and removed by who has just proven to be there.",
);

/** The cookie of a browser whose password was right, and whose second factor is still to come. */
export async function waitingCookie({ target: { admin, secret } }: World): Promise<string> {
  const { userId } = await mintPerson(admin, secret, "waiting");
  const token = randomBytes(32).toString("base64url");
  const digest = createHash("sha256").update(token).digest("base64url");
  await admin`insert into totp (user_id, secret, confirmed_at, last_step) values (${userId}, 'none', now(), 1)`;
  await admin`insert into second_step (digest, user_id, expires_at)
    values (${digest}, ${userId}, now() + interval '1 hour')`;
  return `holdfast.second_step=${token}`;
}

/** What fresh proofs and second factors guard: procedures, and the routes by which factors are set. */
export async function factorTrials(siege: Siege, withRoutes: boolean): Promise<Trial[]> {
  const { world, ways } = siege;
  const stale = new Map<string, string>();
  for (const person of Object.values(world.people))
    stale.set(person.userId, await staleCookie(world, person));
  const vaulted = await personInVault(world);
  await world.watch.keep();
  const staleOf = (person: Person) => ({ ...person, cookie: stale.get(person.userId) ?? "" });
  return [
    ...ways.flatMap((way) => staleProof(siege, way, staleOf)),
    ...ways.flatMap((way) => oneFactor(siege, way, vaulted)),
    ...(withRoutes ? freshRoutes(world, staleOf(world.people.owner)) : []),
  ];
}

async function staleCookie({ target: { admin, secret } }: World, { userId }: Person): Promise<string> {
  const token = randomBytes(24).toString("base64url");
  await admin`insert into session (id, token, user_id, expires_at, second_factor_at, proven_at)
    values (${randomUUID()}, ${token}, ${userId}, now() + interval '1 day', now(), now() - interval '1 hour')`;
  return signedCookie(token, secret);
}

/** Somebody whose own workspace asks for a second factor, which their session lacks. */
async function personInVault({ target: { admin, secret } }: World): Promise<Person> {
  const person = await mintPerson(admin, secret, "vaulted");
  await admin`update organization set require_second_factor = true where id = ${person.home}`;
  return person;
}

function staleProof(siege: Siege, way: Way, staleOf: (person: Person) => Person): Trial[] {
  if (!siege.matrix.rules.get(way.procedure)?.callers.includes("fresh")) return [];
  const stand = strongest(siege, way);
  const shots = stand
    ? [shotAt(siege, way, { ...stand, person: staleOf(stand.person) }, refusedFor("STEP_UP_REQUIRED"))]
    : [];
  return [{ procedure: way.name, principal: stand?.person.name ?? "-", attack: STALE, mode: "quiet", shots }];
}

function oneFactor(siege: Siege, way: Way, person: Person): Trial[] {
  const rule = siege.matrix.rules.get(way.procedure);
  if (!rule?.callers.includes("session") || !siege.matrix.workspace.has(rule.permission)) return [];
  const { people, team } = siege.world;
  const place =
    rule.workspaceField === null
      ? { person, workspace: person.home, rowsOf: people.owner, rowsIn: team.id }
      : { person, workspace: person.home, rowsOf: person };
  const stand = standAt(siege, way, place);
  const expect = refusedFor("FORBIDDEN", "SECOND_FACTOR_REQUIRED");
  const shots = stand ? [shotAt(siege, way, stand, expect)] : [];
  return [{ procedure: way.name, principal: "owner", attack: ONE_FACTOR, mode: "quiet", shots }];
}

function shotAt({ world }: Siege, way: Way, stand: Standpoint, expect: Expect) {
  const ask = world.desk.ask(way, stand.input, headersOf(stand));
  return { about: "with a good input", ask, expect, sees: NOBODY };
}

function freshRoutes(world: World, owner: Person): Trial[] {
  const expect = refusedFor("STEP_UP_REQUIRED");
  return AUTH_ROUTES.filter(({ fresh, path }) => fresh && path !== "/passkey/verify-registration").map(
    (one) => {
      const headers = [
        ["Content-Type", "application/json"],
        ["Origin", world.target.site],
      ] as const;
      const sent = post(world, one.path, JSON.stringify(bodyFor(world, one.path)), []);
      const cookie = ["Cookie", owner.cookie] as const;
      const ask =
        one.method === "GET"
          ? { method: "GET", path: sent.path, headers: [cookie] }
          : { ...sent, headers: [cookie, ...headers] };
      return trialOf(nameOf(one), "owner", STALE_ROUTE, [
        { about: "an hour old", ask, expect, sees: NOBODY },
      ]);
    },
  );
}
