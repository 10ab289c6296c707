import { z } from "zod";
import type { Procedures } from "@/server/guard/coverage";
import { type Fault, fault } from "@/server/guard/fault";
import type { Policy } from "@/server/guard/policy";
import { type Field, isOfQuery } from "@/server/http/rest-input";

export const REST_BASE = "/api/v1";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** One way to call a procedure by method and path. */
export interface Operation {
  /** Unique: the procedure's name, or that of an entry in `ALIASES`. */
  id: string;
  procedure: string;
  type: "query" | "mutation";
  method: Method;
  /** Below `REST_BASE`, parameters in braces: `/tasks/{id}/move`. */
  path: string;
  /** In a few words: "Move task". */
  summary: string;
  /** The one path parameter and the field of the input that it fills; null where the path has none. */
  parameter: { name: string; field: string; mustBeCaller: boolean } | null;
  /** The fields of the input as JSON Schema sees them, the one of the path among them. */
  fields: Record<string, Field>;
  required: readonly string[];
  policy: Policy;
  output: z.ZodType;
}

/** Paths besides those that follow from a name. Their parameter is the caller: an id, or "me"; any other is 403. */
const ALIASES = [
  {
    id: "user.tasks",
    procedure: "task.list",
    method: "GET",
    path: "/users/{userId}/tasks",
    summary: "List tasks assigned to you",
    field: "assigneeId",
  },
] as const;

/**
 * The REST operation of each query and mutation, by the name alone: a new feature has its own without another line.
 * `task.list` → GET /tasks, `task.get` → GET /tasks/{id}, `task.create` → POST /tasks, `task.update` → PATCH /tasks/{id},
 * `task.delete` → DELETE /tasks/{id}; another query → GET /documents/{id}/versions, another mutation → POST
 * /tasks/{id}/move. Where the input has no id the path has none; a noun of which there is one stays singular: GET /me.
 */
export function operationsOf(procedures: Procedures): Operation[] {
  const shapes = Object.entries(procedures)
    .filter(([name, { _def }]) => _def.type !== "subscription" && /^\w+\.\w+$/.test(name))
    .map(([name, { _def }]) => shapeOf(name, _def));
  // There is one of what is read or changed without an id: me, profile.
  const isOne = new Set(
    shapes.filter(({ verb, hasId }) => !hasId && /^(get|update)$/.test(verb)).map(({ noun }) => noun),
  );
  const byName = shapes.map(({ noun, verb, hasId, ...shape }): Operation => {
    const place = `/${kebab(isOne.has(noun) ? noun : plural(noun))}${hasId ? "/{id}" : ""}`;
    const usual = METHODS.get(verb);
    // By its type first: a GET is checked for no origin, so it never changes anything, whatever its name.
    const isUsual = usual !== undefined && (usual === "GET") === (shape.type === "query");
    return {
      ...shape,
      id: shape.procedure,
      method: isUsual ? usual : METHOD_OF_TYPE[shape.type],
      path: isUsual ? place : `${place}/${kebab(verb)}`,
      summary: summaryOf({ ...shape, noun, verb, hasId, isUsual }),
      parameter: hasId ? { name: "id", field: "id", mustBeCaller: false } : null,
    };
  });
  const aliases = ALIASES.flatMap(({ procedure, field, ...alias }): Operation[] => {
    const target = byName.find((operation) => operation.procedure === procedure);
    return target ? [{ ...target, ...alias, parameter: { name: "userId", field, mustBeCaller: true } }] : [];
  });
  return [...byName, ...aliases].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** A fault of a way in of that name. */
type NamedFault = Fault & { name: string };

/** What is wrong with the operations, each with what to do about it. */
export function faultsOfRest(procedures: Procedures, operations: readonly Operation[]): NamedFault[] {
  const served = new Set(operations.map(({ procedure }) => procedure));
  const unserved = Object.entries(procedures)
    .filter(([name, { _def }]) => _def.type !== "subscription" && !served.has(name))
    .map(([name]) => ({ name, ...fault("noRest") }));
  const unguarded = [...served]
    .filter((name) => !procedures[name])
    .map((name) => ({ name, ...fault("restOfNothing") }));
  const dangling = ALIASES.filter(({ id }) => !operations.some((one) => one.id === id)).map(
    ({ id, procedure }) => ({ name: id, ...fault("restOfNothing", procedure) }),
  );
  return [...unserved, ...unguarded, ...dangling, ...operations.flatMap(faultsOfOne)];
}

function faultsOfOne(operation: Operation, _: number, all: readonly Operation[]): NamedFault[] {
  const { id: name, method, fields } = operation;
  const keyOf = (one: Operation) => `${one.method} ${one.path.replace(/\{\w+\}/, "{}")}`;
  const twin = all.find((other) => other !== operation && keyOf(other) === keyOf(operation));
  const isQuery = method === "GET" || method === "DELETE";
  const hidden = isQuery ? Object.keys(fields).filter((field) => !isOfQuery(fields[field] ?? {})) : [];
  return [
    ...(twin ? [{ name, ...fault("sharedRest", `${twin.id}, ${keyOf(twin)}`) }] : []),
    ...hidden.map((field) => ({ name, ...fault("deepQuery", field) })),
  ];
}

/** Verbs that are a method of the noun itself. */
const METHODS: ReadonlyMap<string, Method> = new Map([
  ["list", "GET"],
  ["get", "GET"],
  ["create", "POST"],
  ["update", "PATCH"],
  ["delete", "DELETE"],
]);
const METHOD_OF_TYPE = { query: "GET", mutation: "POST" } as const;

function shapeOf(name: string, def: Procedures[string]["_def"]) {
  const [noun = "", verb = ""] = name.split(".");
  const input = def.inputs[0] as unknown as z.ZodType | undefined;
  const { properties = {}, required = [] } = (
    input ? z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) : {}
  ) as { properties?: Record<string, Field>; required?: string[] };
  return {
    noun,
    verb,
    hasId: required.includes("id") && properties.id?.type === "string",
    procedure: name,
    type: def.type as Operation["type"],
    fields: properties,
    required,
    policy: def.meta?.policy as Policy,
    output: def.output as z.ZodType,
  };
}

/** "List tasks", "Move task", "Versions of document", "Security events: mine". */
function summaryOf(of: {
  noun: string;
  verb: string;
  hasId: boolean;
  isUsual: boolean;
  type: string;
}): string {
  const [noun, verb] = [words(of.noun), words(of.verb)];
  if (of.verb === "list") return capital(`list ${plural(noun)}`);
  if (of.isUsual || (of.hasId && of.type === "mutation")) return capital(`${verb} ${noun}`);
  return capital(of.hasId ? `${verb} of ${noun}` : `${plural(noun)}: ${verb}`);
}

const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const capital = (text: string) => text.replace(/^./, (letter) => letter.toUpperCase());
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Nouns without a plural. */
const UNCOUNTED: readonly string[] = ["security"];

/** English nouns of our kind: key → keys, policy → policies, branch → branches. */
function plural(noun: string): string {
  if (UNCOUNTED.includes(noun)) return noun;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
