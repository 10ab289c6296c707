import {
  type Bench,
  IN_QUERY,
  inputAttack,
  isQuery,
  shotOf,
  trialOf,
  withField,
} from "@/server/cli/attack/attacks/bench";
import { missing, texts, types } from "@/server/cli/attack/attacks/fields";
import { takesBody } from "@/server/cli/attack/desk";
import { headersOf, marksOf, type Siege, strongest } from "@/server/cli/attack/standpoint";
import { type Expect, INVALID, type Shot, type Trial } from "@/server/cli/attack/trial";

const EXTRA = inputAttack(
  "extra-fields",
  "Extra fields",
  "Fields that the schema does not have, privileged ones first, one at a time: 400.",
  "API3:2023",
  "high",
);
const WHOLE = inputAttack(
  "wrong-whole",
  "No object",
  "Lists, numbers, texts and booleans in place of the input, deep nesting, and text that is no JSON: 400.",
  "API8:2023",
);
const PROTOTYPE = inputAttack(
  "prototype-keys",
  "Prototype keys",
  "Keys that poison objects: 400.",
  "API3:2023",
  "high",
);
const OVERSIZE = inputAttack(
  "oversize",
  "Oversize body",
  "A body beyond 1 MiB: 413 before it is read.",
  "API4:2023",
);

/** Names that a careless schema lets through to the row. */
const PRIVILEGED: Record<string, unknown> = {
  ...{ id: "00000000-0000-4000-8000-000000000001", ownerId: "00000000-0000-4000-8000-000000000001" },
  ...{ workspaceId: "00000000-0000-4000-8000-000000000001", userId: "00000000-0000-4000-8000-000000000001" },
  ...{ role: "admin", email: "root@example.com", emailVerified: true, banned: false, version: 1 },
  ...{ createdAt: "2020-01-01T00:00:00.000Z", permissions: ["*"], isAdmin: true },
};
const NO_INPUT = [[], null, 7, "text", true];
const DEEP = 40;
const MAX_BODY = 1024 * 1024;

/** What a caller who may call can put into a call. */
export function inputTrials(siege: Siege, isShort: boolean): Trial[] {
  return siege.ways.flatMap((way) => {
    const stand = strongest(siege, way);
    if (!stand) return [];
    const bench: Bench = { siege, way, stand };
    const short = [extra(bench), whole(bench), prototypes(bench), oversize(bench)];
    return isShort ? short : [...short, types(bench), missing(bench), texts(bench)];
  });
}

function extra(bench: Bench): Trial {
  const known = new Set(bench.way.fields.map(({ name }) => name));
  const shots = Object.entries(PRIVILEGED)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => shotOf(bench, name, withField(bench, name, value)));
  return trialOf(bench, EXTRA, [...shots, ...twice(bench)], "");
}

/** The path's own parameter said again, in query or body: which of them counts is nobody's guess. */
function twice({ siege, way, stand }: Bench): Shot[] {
  const { rest } = way;
  if (!rest?.parameter) return [];
  const { field } = rest.parameter;
  const { desk } = siege.world;
  const sees = marksOf(siege.world, stand.person);
  const ask = desk.ask(way, stand.input, headersOf(stand));
  const value = String(stand.input[field]);
  const said = takesBody(rest)
    ? { ...ask, body: JSON.stringify({ ...JSON.parse(ask.body ?? "{}"), [field]: value }) }
    : { ...ask, path: `${ask.path}${ask.path.includes("?") ? "&" : "?"}${field}=${value}` };
  return [{ about: `${field}, said twice`, ask: said, expect: INVALID, sees }];
}

function whole(bench: Bench): Trial {
  if (isQuery(bench.way)) return trialOf(bench, WHOLE, [], IN_QUERY);
  const shots = NO_INPUT.map((value) =>
    shotOf(bench, JSON.stringify(value), { text: JSON.stringify(value) }),
  );
  const deep = `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`;
  const rest = [
    shotOf(bench, `${DEEP} levels deep`, { text: deep }),
    shotOf(bench, "no JSON", { text: "{nope" }),
  ];
  return trialOf(bench, WHOLE, [...shots, ...rest], "");
}

function prototypes(bench: Bench): Trial {
  const { siege, way, stand } = bench;
  const good = siege.world.desk.textOf(way, stand.input).slice(0, -1);
  const shots = ["__proto__", "constructor", "prototype"].map((key) => {
    const comma = good === "{" ? "" : ",";
    const text = `${good}${comma}"${key}":{"role":"admin","isAdmin":true}}`;
    if (!isQuery(way)) return shotOf(bench, key, { text });
    const shot = shotOf(bench, key, {});
    const sign = shot.ask.path.includes("?") ? "&" : "?";
    return { ...shot, ask: { ...shot.ask, path: `${shot.ask.path}${sign}${key}=x&${key}.role=admin` } };
  });
  return trialOf(bench, PROTOTYPE, shots, "");
}

function oversize(bench: Bench): Trial {
  const expect: Expect = { words: "413 PAYLOAD_TOO_LARGE", statuses: [413], code: "PAYLOAD_TOO_LARGE" };
  const { siege, way, stand } = bench;
  if (way.rest?.method === "GET") return trialOf(bench, OVERSIZE, [], "takes no body");
  const ask = siege.world.desk.ask({ ...way, writes: true }, stand.input, headersOf(stand), "{");
  const headers = ask.headers.filter(([name]) => name !== "Content-Type");
  const shot = {
    ...shotOf(bench, "one byte beyond", {}, expect),
    ask: {
      ...{ ...ask, body: "{", declared: MAX_BODY + 1 },
      headers: [["Content-Type", "application/json"] as const, ...headers],
    },
  };
  return trialOf(bench, OVERSIZE, [shot], "");
}
