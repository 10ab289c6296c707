import { issueTokens } from "@/server/cli/attack/issued-tokens";
import type { Person } from "@/server/cli/attack/people";
import {
  byKey,
  expectationOf,
  headersOf,
  namesAny,
  type Siege,
  type Standpoint,
  seenFrom,
  standAt,
} from "@/server/cli/attack/standpoint";
import type { Way } from "@/server/cli/attack/surface";
import { type Attack, NOBODY, type Shot, type Trial, UNAUTHENTICATED } from "@/server/cli/attack/trial";
import type { Place } from "@/server/cli/attack/world";

const ACCESS: Attack = {
  id: "access",
  title: "Access",
  group: "access",
  about:
    "Each procedure as each principal: what docs/permissions.md grants is answered, everything else is refused.",
  owasp: "API5:2023",
  risk: "critical",
  mending:
    "Compare the procedure's policy with server/guard/permissions.ts, and see that server/guard/middleware/authorise.ts refuses.",
};

/** Every procedure by every principal. */
export function accessTrials(siege: Siege): Trial[] {
  return siege.ways.flatMap((way) => [
    ...Object.values(siege.world.people)
      .filter(({ name }) => name !== "banned")
      .map((person) => ofPerson(siege, way, person)),
    ...(["key", "service"] as const).map((name) => ofKey(siege, way, byKey(siege.world, name))),
    ...unknown(siege, way),
  ]);
}

/** Every procedure by a program of the owner's. Apart from the others, because its token is good for five minutes. */
export async function tokenAccessTrials(siege: Siege): Promise<Trial[]> {
  const { token } = await issueTokens(siege.world);
  const person = { ...siege.world.people.owner, name: "token", token };
  return siege.ways.map((way) => ofPerson(siege, way, person));
}

function ofPerson(siege: Siege, way: Way, person: Person): Trial {
  const { team, club, people } = siege.world;
  const places: [about: string, place: Place][] = [
    ["in the team, with the owner's rows", { person, workspace: team.id, rowsOf: people.owner }],
    ["in the team, with the member's rows", { person, workspace: team.id, rowsOf: people.member }],
  ];
  if (!team.roles.has(person.userId)) {
    const workspace = person.name === "stranger" ? club.id : person.home;
    places.push(["in their own workspace", { person, workspace, rowsOf: person }]);
    if (isAboutRows(siege, way))
      places.push([
        "the owner's rows, from their own workspace",
        { person, workspace, rowsOf: people.owner, rowsIn: team.id },
      ]);
  }
  const stands = places.flatMap(([about, place]) => {
    const stand = standAt(siege, way, place);
    return stand ? [{ about, stand }] : [];
  });
  const shots = stands.map(({ about, stand }) => shotOf(siege, way, about, stand));
  return {
    procedure: way.name,
    principal: person.name,
    attack: ACCESS,
    mode: shots.some(({ expect }) => expect.change) ? "loud" : "quiet",
    shots,
  };
}

function ofKey(siege: Siege, way: Way, place: Place): Trial {
  const { team, club, people } = siege.world;
  const places: [about: string, place: Place][] = [
    ["in its workspace, with the owner's rows", place],
    ["in its workspace, with the member's rows", { ...place, rowsOf: people.member }],
    ["in the owner's personal workspace", { ...place, workspace: people.owner.home, rowsIn: team.id }],
    ["in another's workspace", { ...place, workspace: club.id, rowsIn: team.id }],
  ];
  const shots = places.flatMap(([about, at]) => {
    const stand = standAt(siege, way, at);
    return stand ? [shotOf(siege, way, about, stand)] : [];
  });
  return {
    ...{ procedure: way.name, principal: place.person.name, attack: ACCESS, shots },
    mode: shots.some(({ expect }) => expect.change) ? "loud" : "quiet",
  };
}

function isAboutRows(siege: Siege, way: Way): boolean {
  const { people, team } = siege.world;
  const stand = standAt(siege, way, { person: people.owner, workspace: team.id, rowsOf: people.owner });
  return stand !== undefined && namesAny(way, stand.input);
}

function shotOf(siege: Siege, way: Way, about: string, stand: Standpoint): Shot {
  const { world } = siege;
  const expect = expectationOf(siege, way, stand);
  return {
    about,
    ask: world.desk.ask(way, stand.input, headersOf(stand)),
    expect,
    sees: seenFrom(siege, way, stand),
  };
}

function unknown(siege: Siege, way: Way): Trial[] {
  const { world } = siege;
  const { people, team } = world;
  const stand = standAt(
    siege,
    way,
    { person: people.owner, workspace: team.id, rowsOf: people.owner },
    false,
  );
  const credentials: [principal: string, name: string, value: string][] = [
    ["banned", "Cookie", people.banned.cookie],
    ["expired-key", ...siege.world.keys.expired.header],
  ];
  const trial = (principal: string, headers: [string, string][]): Trial => ({
    procedure: way.name,
    principal,
    attack: ACCESS,
    mode: "quiet",
    shots: stand
      ? [
          {
            about: "in the team, with the owner's rows",
            ask: world.desk.ask(way, stand.input, [...headers, ["X-Workspace-Id", team.id]]),
            expect: stand.verdict === "unauthenticated" ? UNAUTHENTICATED : expectationOf(siege, way, stand),
            sees: NOBODY,
          },
        ]
      : [],
  });
  return [
    trial("anonymous", []),
    ...credentials.map(([principal, name, value]) => trial(principal, [[name, value]])),
  ];
}
