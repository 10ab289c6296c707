import { textOfPattern } from "@/server/cli/attack/patterns";
import type { Way } from "@/server/cli/attack/surface";

/** The part of JSON Schema that inputs and outputs are made of. */
export interface JsonSchema {
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  default?: unknown;
}

/** Where the values of an input come from: whose rows, and whose words. */
export interface Source {
  /** The id that a field stands for; undefined where there is none. */
  idFor(noun: string, field: string): string | undefined;
  /** A text that tells whose it is. */
  text: string;
  /** What no schema can tell, by procedure and field, such as `user.claimFirstAdmin.token`; null: leave it out. */
  hints: Readonly<Record<string, unknown>>;
}

export type Input = Record<string, unknown>;

/** A schema without its way to be null. */
export function plain(schema: JsonSchema): JsonSchema {
  const options = schema.anyOf ?? schema.oneOf;
  if (!options) return schema;
  return plain(options.find(({ type }) => type !== "null") ?? {});
}

export const isNullable = (schema: JsonSchema): boolean =>
  (schema.anyOf ?? schema.oneOf ?? []).some(({ type }) => type === "null") ||
  (Array.isArray(schema.type) && schema.type.includes("null"));

/** What a field takes, in a word. `text` is free; `form` is a string that a pattern binds. */
export function kindOf(field: JsonSchema): string {
  const schema = plain(field);
  if (schema.enum || schema.const !== undefined) return "enum";
  if (schema.format === "uuid") return "id";
  if (schema.format === "date-time") return "instant";
  if (schema.format === "email") return "email";
  if (schema.pattern) return "form";
  if (schema.type === "string") return "text";
  if (schema.type === "integer") return "number";
  return typeof schema.type === "string" ? schema.type : "anything";
}

/** Optional fields that say something by themselves; versions, page sizes and cursors are about other answers. */
const TELLING = new Set(["id", "text", "enum", "boolean", "instant", "email"]);

/**
 * A good input of a procedure: for a mutation with whatever may be said, for a query with what must be.
 * Undefined when none can be made.
 */
export function inputOf(way: Way, source: Source): Input | undefined {
  const input: Input = {};
  for (const { name, required, schema } of way.fields) {
    if (source.hints[`${way.procedure}.${name}`] === null) continue;
    const isSaid = way.writes && TELLING.has(kindOf(schema));
    if (!required && !isSaid) continue;
    const value = valueFor(schema, way, name, source);
    if (value !== undefined) input[name] = value;
    else if (required) return undefined;
  }
  return way.accepts(input) ? input : undefined;
}

function valueFor(field: JsonSchema, way: Way, name: string, source: Source): unknown {
  const hint = source.hints[`${way.procedure}.${name}`];
  if (hint !== undefined) return hint;
  const schema = plain(field);
  switch (kindOf(schema)) {
    case "enum":
      return schema.const ?? schema.enum?.at(-1);
    case "id":
      return source.idFor(way.noun, name);
    case "instant":
      return "2030-01-02T03:04:05.000Z";
    case "email":
      return `somebody-${source.text.replaceAll(/[^a-z0-9]/gi, "")}@example.com`.toLowerCase();
    case "form":
      return textOfPattern(schema.pattern ?? "");
    case "text":
      return source.text.slice(0, schema.maxLength ?? source.text.length);
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    case "array":
      return schema.items ? [valueFor(schema.items, way, name.replace(/s$/, ""), source)] : [];
    case "object":
      return objectOf(schema, way, source);
    default:
      return undefined;
  }
}

function objectOf(schema: JsonSchema, way: Way, source: Source): Input {
  const required = (schema.required ?? []).map((name) => [
    name,
    valueFor(schema.properties?.[name] ?? {}, way, name, source),
  ]);
  return Object.fromEntries(required);
}
