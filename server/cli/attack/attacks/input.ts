import { PAYLOADS, UNCUT } from "@/server/cli/attack/attacks/payloads";
import { isNullable, kindOf, plain } from "@/server/cli/attack/samples";
import type { Answer } from "@/server/cli/attack/send";
import { headersOf, marksOf, type Siege, type Standpoint, strongest } from "@/server/cli/attack/standpoint";
import type { Field, Way } from "@/server/cli/attack/surface";
import { type Attack, type Expect, INVALID, type Shot, type Trial } from "@/server/cli/attack/trial";

const input = (
  id: string,
  title: string,
  about: string,
  owasp: string,
  risk: Attack["risk"] = "medium",
): Attack => ({
  ...{ id, title, about, group: "input", owasp, risk },
  mending:
    "See the procedure's input schema: z.strictObject, and the kinds of text in server/guard/input.ts.",
});

const EXTRA = input(
  "extra-fields",
  "Extra fields",
  "Fields that the schema does not have, privileged ones first, one at a time: 400.",
  "API3:2023",
  "high",
);
const TEXTS = input(
  "hostile-text",
  "Hostile text",
  "SQL, markup, templates, paths, control and broken characters, huge texts in every text field: taken to the byte or refused with 400.",
  "API8:2023",
  "high",
);
const TYPES = input(
  "wrong-types",
  "Wrong types",
  "Values of every other type in every field, and values beyond its bounds: 400.",
  "API8:2023",
);
const MISSING = input("missing-fields", "Missing fields", "Each required field left out: 400.", "API8:2023");
const WHOLE = input(
  "wrong-whole",
  "No object",
  "Lists, numbers, texts and booleans in place of the input, deep nesting, and text that is no JSON: 400.",
  "API8:2023",
);
const PROTOTYPE = input(
  "prototype-keys",
  "Prototype keys",
  "Keys that poison objects: 400.",
  "API3:2023",
  "high",
);
const OVERSIZE = input(
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
const LONGEST_IN_URL = 8_000;
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

interface Bench {
  siege: Siege;
  way: Way;
  stand: Standpoint;
}

function trialOf(
  { way, stand }: Bench,
  attack: Attack,
  shots: Shot[],
  why: string,
  mode: Trial["mode"] = "quiet",
): Trial {
  return {
    ...{ procedure: way.name, principal: stand.person.name, attack, mode, shots },
    ...(shots.length === 0 && { why }),
  };
}

function shotOf(
  { siege, way, stand }: Bench,
  about: string,
  text: string | undefined,
  expect: Expect = INVALID,
): Shot {
  const ask = siege.world.desk.askText(way, text, headersOf(stand));
  return { about, ask, expect, sees: marksOf(siege.world, stand.person) };
}

const withField = ({ stand }: Bench, name: string, value: unknown) =>
  JSON.stringify({ ...stand.input, [name]: value });

function extra(bench: Bench): Trial {
  const known = new Set(bench.way.fields.map(({ name }) => name));
  const shots = Object.entries(PRIVILEGED)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => shotOf(bench, name, withField(bench, name, value)));
  return trialOf(bench, EXTRA, shots, "");
}

function whole(bench: Bench): Trial {
  const shots = NO_INPUT.map((value) => shotOf(bench, JSON.stringify(value), JSON.stringify(value)));
  const deep = `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`;
  const rest = [shotOf(bench, `${DEEP} levels deep`, deep), shotOf(bench, "no JSON", "{nope")];
  return trialOf(bench, WHOLE, [...shots, ...rest], "");
}

function prototypes(bench: Bench): Trial {
  const good = JSON.stringify(bench.stand.input).slice(0, -1);
  const shots = ["__proto__", "constructor", "prototype"].map((key) => {
    const comma = good === "{" ? "" : ",";
    return shotOf(bench, key, `${good}${comma}"${key}":{"role":"admin","isAdmin":true}}`);
  });
  return trialOf(bench, PROTOTYPE, shots, "");
}

function oversize(bench: Bench): Trial {
  const expect: Expect = { words: "413 PAYLOAD_TOO_LARGE", statuses: [413], code: "PAYLOAD_TOO_LARGE" };
  const ask = bench.siege.world.desk.askText({ ...bench.way, kind: "mutation" }, "{", headersOf(bench.stand));
  const shot = {
    ...shotOf(bench, "one byte beyond", undefined, expect),
    ask: { ...ask, declared: MAX_BODY + 1 },
  };
  return trialOf(bench, OVERSIZE, [shot], "");
}

function types(bench: Bench): Trial {
  const shots = bench.way.fields.flatMap((field) =>
    wrongFor(field).map((value) => {
      const shown = JSON.stringify(value).slice(0, 40);
      return shotOf(bench, `${field.name}: ${shown}`, withField(bench, field.name, value));
    }),
  );
  return trialOf(bench, TYPES, shots, "takes no field");
}

function wrongFor({ schema }: Field): unknown[] {
  const { minimum, maximum, maxLength } = plain(schema);
  const kind = kindOf(schema);
  const isText = ["text", "form", "id", "instant", "email", "enum"].includes(kind);
  const wrong: unknown[] = [[], { a: 1 }, ["x"]];
  if (!isNullable(schema)) wrong.push(null);
  if (kind !== "boolean") wrong.push(true);
  if (kind !== "number") wrong.push(7, 1e308);
  if (!isText) wrong.push("7", "true", "");
  if (isText && kind !== "text") wrong.push("' or '1'='1", "", "\u0000", "../../etc/passwd");
  if (maxLength !== undefined) wrong.push("x".repeat(maxLength + 1));
  if (minimum !== undefined) wrong.push(minimum - 1, minimum + 0.5);
  if (maximum !== undefined) wrong.push(maximum + 1);
  return kind === "array" ? wrong.filter((value) => !Array.isArray(value)) : wrong;
}

function missing(bench: Bench): Trial {
  const shots = bench.way.fields
    .filter(({ required }) => required)
    .map(({ name }) =>
      shotOf(bench, `without ${name}`, JSON.stringify({ ...bench.stand.input, [name]: undefined })),
    );
  return trialOf(bench, MISSING, shots, "needs no field");
}

/** Every text field with every payload: on a mutation what is taken must come back as it went in. */
function texts(bench: Bench): Trial {
  const { way } = bench;
  const fields = way.fields.filter(({ schema }) => ["text", "form"].includes(kindOf(schema)));
  const shots = fields.flatMap(({ name, schema }) =>
    PAYLOADS.map(({ about, text }) => {
      // A query travels in the URL, and a longer one is no request.
      const whole = way.kind === "mutation" ? text : text.slice(0, LONGEST_IN_URL);
      const longest = plain(schema).maxLength ?? whole.length;
      const value = UNCUT.has(about) ? whole : whole.slice(0, longest);
      return shotOf(bench, `${name}: ${about}`, withField(bench, name, value), takenOrRefused(name, value));
    }),
  );
  return trialOf(bench, TEXTS, shots, "takes no text", way.kind === "mutation" ? "free" : "quiet");
}

function takenOrRefused(name: string, value: string): Expect {
  return {
    words: "200 with the text as it was, or 400",
    statuses: [200, 400],
    fault: ({ status, json }: Answer) => {
      const data = (json as { result?: { data?: Record<string, unknown> } })?.result?.data;
      if (status !== 200 || typeof data?.[name] !== "string") return undefined;
      return data[name] === value.normalize("NFC") ? undefined : `${name} came back as another text`;
    },
  };
}
