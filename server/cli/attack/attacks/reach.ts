import { randomUUID } from "node:crypto";
import { rowsOfRule } from "@/server/cli/attack/expected";
import { kindOf } from "@/server/cli/attack/samples";
import { ends, headersOf, marksOf, type Siege, type Standpoint } from "@/server/cli/attack/standpoint";
import type { Field, Way } from "@/server/cli/attack/surface";
import {
  type Attack,
  dataIn,
  type Expect,
  FORBIDDEN,
  type Shot,
  type Trial,
} from "@/server/cli/attack/trial";
import { sourceFor } from "@/server/cli/attack/world";

const reach = (id: string, title: string, about: string): Attack => ({
  ...{ id, title, about, group: "reach", owasp: "API1:2023", risk: "critical" },
  mending:
    "Put inWorkspace and ownOrAny into every where of the query (db/scope.ts), and see that the table's policy is in force.",
});

const FOREIGN_ID = reach(
  "foreign-id",
  "Foreign id",
  "The id of a stranger's row, and one of no row, in every field that takes an id: refused alike, to the byte.",
);
const FOREIGN_WORKSPACE = reach(
  "foreign-workspace",
  "Foreign workspace",
  "A stranger's, another's personal, an unknown and a malformed workspace: refused alike, to the byte.",
);
const WRONG_WORKSPACE = reach(
  "wrong-workspace",
  "Own row, wrong workspace",
  "A row that the caller may reach, but named in another workspace of the same caller: refused.",
);
const FOREIGN_SEARCH = reach(
  "foreign-search",
  "Foreign words",
  "A search for words that only a stranger wrote finds nothing.",
);

const EMPTY: Expect = {
  words: "200 with nothing in it, or 403",
  statuses: [200, 403],
  fault: ({ status, json }) => {
    const items = (dataIn({ json }) as { items?: unknown[] } | undefined)?.items;
    return status === 200 && items?.length !== 0 ? "answers rows, or no list" : undefined;
  },
};

/** Everybody's way to what is not theirs. */
export function reachTrials(siege: Siege, isShort: boolean): Trial[] {
  return siege.ways.flatMap((way) => {
    const stands = isShort ? ends(siege, way).slice(-1) : ends(siege, way);
    return stands.flatMap((stand) => [
      foreignIds(siege, way, stand),
      foreignWorkspaces(siege, way, stand),
      wrongWorkspace(siege, way, stand),
      foreignWords(siege, way, stand),
    ]);
  });
}

const trialOf = (way: Way, stand: Standpoint, attack: Attack, shots: Shot[], why: string): Trial => ({
  ...{ procedure: way.name, principal: stand.person.name, attack, mode: "quiet" as const, shots },
  ...(shots.length === 0 && { why }),
});

/** Fields that take an id, lists of them included. */
const idFields = (way: Way) =>
  way.fields.filter(({ schema }) => kindOf(schema) === "id" || kindOf(schema.items ?? {}) === "id");

function foreignIds(siege: Siege, way: Way, stand: Standpoint): Trial {
  const { world } = siege;
  const { stranger, owner, viewer } = world.people;
  const colleague = stand.person === owner ? viewer : owner;
  const theirs = sourceFor(world, { person: stranger, workspace: world.club.id, rowsOf: stranger }, "");
  const rule = siege.matrix.rules.get(way.procedure);
  const pairs = idFields(way).flatMap((field) => {
    // The house's rows are no stranger's.
    const isHouse = rowsOfRule(siege.matrix, rule) === "house" && field.name === "id";
    const foreign = isHouse ? undefined : theirs.idFor(way.noun, field.name.replace(/Ids$/, "Id"));
    const expect = isFilter(way, field) ? EMPTY : FORBIDDEN;
    const shot = (about: string, id: string) =>
      shotOf(siege, way, stand, { about, expect, input: withId(stand, field, id) });
    return [
      ...(foreign ? [shot(`a stranger's ${field.name}`, foreign)] : []),
      shot(`a ${field.name} of nothing`, randomUUID()),
      ...(isOwn(way, field) ? [shot(`a colleague's ${field.name}`, colleague.userId)] : []),
      ...(foreign ? [shot(`a stranger's ${field.name} in capitals`, foreign.toUpperCase())] : []),
    ];
  });
  return { ...trialOf(way, stand, FOREIGN_ID, pairs, "takes no id"), isAlike: pairs.length > 0 };
}

/** A list filters silently: an id that it may do without is a filter. */
const isFilter = (way: Way, field: Field) => !way.writes && !field.required;

/** In a path that is for the caller alone. */
const isOwn = ({ rest }: Way, { name }: Field) =>
  rest?.parameter?.mustBeCaller === true && rest.parameter.field === name;

function withId({ input }: Standpoint, field: Field, id: string) {
  return { ...input, [field.name]: kindOf(field.schema) === "id" ? id : [id] };
}

function shotOf(
  siege: Siege,
  way: Way,
  stand: Standpoint,
  { about, expect, input, workspace }: { about: string; expect: Expect; input: unknown; workspace?: string },
): Shot {
  const headers = headersOf(workspace === undefined ? stand : { ...stand, workspace });
  const ask = siege.world.desk.ask(way, input, headers);
  return { about, ask, expect, sees: marksOf(siege.world, stand.person) };
}

function foreignWorkspaces(siege: Siege, way: Way, stand: Standpoint): Trial {
  const { club, people } = siege.world;
  const others: [string, string][] = [
    ["a stranger's workspace", club.id],
    ["another's personal workspace", people.user.home],
    ["a workspace of nobody", randomUUID()],
    ["no id at all", "'; drop table task; --"],
  ];
  // Where the input names the workspace, the header says nothing: the input's own field is tried.
  const field = siege.matrix.rules.get(way.procedure)?.workspaceField ?? null;
  const shots = others
    .filter(([, workspace]) => field === null || /^[0-9a-f-]{36}$/.test(workspace))
    .map(([about, workspace]) => {
      const input = field === null ? stand.input : { ...stand.input, [field]: workspace };
      const named = field === null ? workspace : stand.workspace;
      return shotOf(siege, way, stand, { about, expect: FORBIDDEN, input, workspace: named });
    });
  return { ...trialOf(way, stand, FOREIGN_WORKSPACE, shots, ""), isAlike: true };
}

/** One's own rows of the team, asked for from home. */
function wrongWorkspace(siege: Siege, way: Way, stand: Standpoint): Trial {
  const { person, workspace, input } = stand;
  const rule = siege.matrix.rules.get(way.procedure);
  // A person's own rows are theirs from everywhere, and the house's are nowhere.
  const isPlaced = rule?.workspaceField == null && rowsOfRule(siege.matrix, rule) === "workspace";
  const isElsewhere = workspace !== person.home && typeof input.id === "string" && isPlaced;
  const about = "a row of the team, from home";
  const shots = isElsewhere
    ? [shotOf(siege, way, stand, { about, expect: FORBIDDEN, input, workspace: person.home })]
    : [];
  return trialOf(way, stand, WRONG_WORKSPACE, shots, "names no row of a workspace");
}

function foreignWords(siege: Siege, way: Way, stand: Standpoint): Trial {
  // Whoever governs the house finds everybody.
  const isHouse = rowsOfRule(siege.matrix, siege.matrix.rules.get(way.procedure)) === "house";
  const texts = !way.writes && !isHouse ? way.fields.filter(({ schema }) => kindOf(schema) === "text") : [];
  const { club, people } = siege.world;
  const shots = texts.flatMap(({ name }) =>
    [club.mark, people.stranger.mark].map((mark) =>
      shotOf(siege, way, stand, {
        about: `${name}: ${mark}`,
        expect: EMPTY,
        input: { ...stand.input, [name]: mark },
      }),
    ),
  );
  return trialOf(way, stand, FOREIGN_SEARCH, shots, "searches nothing");
}
