import {
  type Bench,
  inputAttack,
  isInPath,
  isQuery,
  shotOf,
  trialOf,
  withField,
} from "@/server/cli/attack/attacks/bench";
import { PAYLOADS, UNCUT } from "@/server/cli/attack/attacks/payloads";
import { takesBody } from "@/server/cli/attack/desk";
import { isNullable, kindOf, plain } from "@/server/cli/attack/samples";
import type { Answer } from "@/server/cli/attack/send";
import type { Field } from "@/server/cli/attack/surface";
import { dataIn, type Expect, FORBIDDEN, INVALID, type Trial } from "@/server/cli/attack/trial";

const TYPES = inputAttack(
  "wrong-types",
  "Wrong types",
  "Values of every other type in every field, and values beyond its bounds: 400.",
  "API8:2023",
);
const MISSING = inputAttack(
  "missing-fields",
  "Missing fields",
  "Each required field left out: 400.",
  "API8:2023",
);
const TEXTS = inputAttack(
  "hostile-text",
  "Hostile text",
  "SQL, markup, templates, paths, control and broken characters, huge texts in every text field: taken to the byte or refused with 400.",
  "API8:2023",
  "high",
);
const LONGEST_IN_URL = 8_000;

/** Every field with what it must not take. */
export function types(bench: Bench): Trial {
  const { way } = bench;
  const shots = way.fields.flatMap((field) => {
    const isText = isQuery(way) || isInPath(way, field.name);
    const wrong = isText ? wrongInText(bench, field) : wrongFor(field);
    // Whose place a path is, is seen before what its parameter is.
    const expect = isInPath(way, field.name) && way.rest?.parameter?.mustBeCaller ? FORBIDDEN : INVALID;
    return wrong.map((value) => {
      const shown = JSON.stringify(value).slice(0, 40);
      return shotOf(bench, `${field.name}: ${shown}`, withField(bench, field.name, value), expect);
    });
  });
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

/** What stays wrong as text in an address: it is neither the field's own text nor reads as its number. */
function wrongInText({ way, stand }: Bench, field: Field): unknown[] {
  const isGood = (value: unknown) => way.accepts({ ...stand.input, [field.name]: value });
  const isRead = (text: string) =>
    isGood(text) || isGood(text === "true") || (text !== "" && isGood(Number(text)));
  const texts = wrongFor(field)
    .filter((value) => typeof value !== "object")
    .map(String)
    .filter((text) => !isRead(text) && !(isInPath(way, field.name) && text === ""));
  return isInPath(way, field.name) ? texts : [...texts, ["x", "x"]];
}

/** Without what must be there. */
export function missing(bench: Bench): Trial {
  const shots = bench.way.fields
    .filter(({ name, required }) => required && !isInPath(bench.way, name))
    .map(({ name }) => {
      const { [name]: _, ...given } = bench.stand.input;
      return shotOf(bench, `without ${name}`, { given });
    });
  return trialOf(bench, MISSING, shots, "needs no field");
}

/** Every text field with every payload: on a mutation what is taken must come back as it went in. */
export function texts(bench: Bench): Trial {
  const { way } = bench;
  const fields = way.fields.filter(({ schema }) => ["text", "form"].includes(kindOf(schema)));
  const shots = fields.flatMap(({ name, schema }) =>
    PAYLOADS.map(({ about, text }) => {
      // A query travels in the URL, and a longer one is no request.
      const whole = (way.rest ? takesBody(way.rest) : way.writes) ? text : text.slice(0, LONGEST_IN_URL);
      const longest = plain(schema).maxLength ?? whole.length;
      const value = UNCUT.has(about) ? whole : whole.slice(0, longest);
      return shotOf(bench, `${name}: ${about}`, withField(bench, name, value), takenOrRefused(name, value));
    }),
  );
  const trial = trialOf(bench, TEXTS, shots, "takes no text", way.writes ? "free" : "quiet");
  return way.writes ? { ...trial, plain: shotOf(bench, "as it is meant", {}) } : trial;
}

function takenOrRefused(name: string, value: string): Expect {
  return {
    words: "taken with the text as it was, or 400",
    statuses: [200, 201, 400],
    fault: ({ status, json }: Answer) => {
      const data = dataIn({ json }) as Record<string, unknown> | undefined;
      if (status >= 400 || typeof data?.[name] !== "string") return undefined;
      return data[name] === value.normalize("NFC") ? undefined : `${name} came back as another text`;
    },
  };
}
