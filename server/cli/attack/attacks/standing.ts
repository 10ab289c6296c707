import { randomUUID } from "node:crypto";
import type { Person } from "@/server/cli/attack/people";
import type { Input } from "@/server/cli/attack/samples";
import { conflict, headersOf, marksOf, type Siege } from "@/server/cli/attack/standpoint";
import type { Way } from "@/server/cli/attack/surface";
import { type Attack, type Expect, FORBIDDEN, type Trial } from "@/server/cli/attack/trial";

const STANDING: Attack = {
  ...{ id: "standing", title: "Rank and remainder", group: "access", owasp: "API5:2023", risk: "critical" },
  about:
    "Who may change people: not those above them, nothing beyond what they hold, not the last owner, not themselves; and an invitation that is over, or of nobody, lets nobody in.",
  mending:
    "See standings and mayGive in server/features/member/queries.ts, governed in server/features/user/queries.ts, and the triggers of the invitation walls.",
};

interface Try {
  about: string;
  person: Person;
  input: Input;
  expect: Expect;
}

/** What the grants alone would allow, and the rules among people refuse. */
export function standingTrials(siege: Siege): Trial[] {
  return siege.ways.flatMap((way): Trial[] => {
    const tries = triesOf(siege, way.procedure);
    if (tries.length === 0) return [];
    const shots = tries.map(({ about, person, input, expect }) => {
      const stand = { person, workspace: placeOf(siege, person), rowsOf: person };
      const ask = siege.world.desk.ask(way, input, headersOf({ ...stand, input, verdict: "forbidden" }));
      return { about, ask, expect, sees: marksOf(siege.world, person) };
    });
    return [{ procedure: way.name, principal: "people", attack: STANDING, mode: "quiet", shots }];
  });
}

const placeOf = ({ world: { team } }: Siege, { userId, home }: Person) =>
  team.roles.has(userId) ? team.id : home;

function triesOf({ world }: Siege, procedure: Way["procedure"]): Try[] {
  const { owner, admin, "platform-admin": governor } = world.people;
  const { memberships, inTeam, over } = world.spares;
  const of = (person: Person) => memberships.get(person.userId);
  const one = (about: string, person: Person, input: Input, expect = FORBIDDEN) => [
    { about, person, input, expect },
  ];
  const onSelf = (more: Input = {}) =>
    one("their own account", governor, { id: governor.userId, ...more }, conflict("OWN_ACCOUNT"));
  const answers = [
    ...one("an invitation whose time is over", owner, { token: over.expired }),
    ...one("an invitation that was revoked", owner, { token: over.revoked }),
    ...one("a secret of no invitation", owner, { token: "A".repeat(43) }),
  ];
  const tries: Record<string, Try[]> = {
    "member.invite": one("an owner, by an admin", admin, {
      email: `${randomUUID()}@example.com`,
      role: "owner",
    }),
    "member.setRole": [
      ...one(
        "the last owner, by themselves",
        owner,
        { id: of(owner), role: "admin" },
        conflict("LAST_OWNER"),
      ),
      ...one("their own role, upwards", admin, { id: of(admin), role: "owner" }),
      ...one("the role of an owner, by an admin", admin, { id: of(owner), role: "member" }),
      ...one("an owner's role, given by an admin", admin, { id: inTeam, role: "owner" }),
    ],
    "member.remove": [
      ...one("the last owner, by themselves", owner, { id: of(owner) }, conflict("LAST_OWNER")),
      ...one("an owner, by an admin", admin, { id: of(owner) }),
    ],
    "member.transferOwnership": one("to themselves", owner, { id: of(owner) }, conflict("OWN_MEMBERSHIP")),
    "invitation.accept": answers,
    "invitation.decline": answers,
    "user.setRole": onSelf({ role: "user" }),
    "user.ban": onSelf({ reason: "None" }),
    "user.unban": onSelf(),
    "user.revokeSessions": onSelf(),
  };
  return tries[procedure] ?? [];
}
