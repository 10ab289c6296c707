import { z } from "zod";
import type { Field } from "@/server/http/rest-input";
import type { Operation } from "@/server/http/rest-operations";

/** Formats whose pattern says nothing that the format does not. */
const KNOWN_FORMATS = ["uuid", "date-time"];

/** A name for each answer: Task, TaskPage, DocumentVersionsPage. The same schema has one name wherever it is used. */
export function outputNames(operations: readonly Operation[]): ReadonlyMap<z.ZodType, string> {
  const names = new Map<z.ZodType, string>();
  // The answer of `get` first: it is what the noun looks like.
  const isGet = ({ procedure }: Operation) => procedure.endsWith(".get");
  for (const operation of [...operations].sort((one, other) => Number(isGet(other)) - Number(isGet(one)))) {
    const [noun = "", verb = ""] = operation.procedure.split(".").map(capital);
    const name = { Get: noun, List: `${noun}Page` }[verb] ?? `${noun}${verb}Answer`;
    if (!names.has(operation.output)) names.set(operation.output, name);
  }
  return names;
}

/** The answers as JSON Schemas that refer to each other as components. */
export function outputSchemas(names: ReadonlyMap<z.ZodType, string>): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    unrepresentable: "any",
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [
      name,
      tidy(schema as Field),
    ]),
  );
}

/** The body of a write: its input without the field that the path fills. */
export function bodyOf({ fields, parameter, required }: Operation): Field {
  const inBody = Object.entries(fields).filter(([name]) => name !== parameter?.field);
  const needed = required.filter((name) => name !== parameter?.field);
  return {
    type: "object",
    properties: Object.fromEntries(inBody.map(([name, field]) => [name, tidy(field)])),
    ...(needed.length > 0 && { required: needed }),
    additionalProperties: false,
  };
}

/** A body that the schema takes: what it requires, else the first field that is no version. Undefined where none can be made up. */
export function exampleOf(operation: Operation): Record<string, unknown> | undefined {
  const { properties = {}, required } = bodyOf(operation);
  const names =
    required ??
    Object.keys(properties)
      .filter((name) => name !== "version")
      .slice(0, 1);
  const values = names.map((name) => [name, valueFor(name, properties[name] ?? {})] as const);
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
}

function valueFor(name: string, field: Field): unknown {
  if (field.anyOf?.[0]) return valueFor(name, field.anyOf[0]);
  if (field.enum) return field.enum[0];
  if (field.type === "boolean") return true;
  if (field.type === "integer" || field.type === "number") return field.minimum ?? 1;
  if (field.type !== "string" || field.pattern !== undefined) return undefined;
  if (field.format === "uuid") return "019a0000-0000-7000-8000-000000000000";
  if (field.format === "date-time") return "2030-01-31T12:00:00Z";
  return field.format === undefined ? `A ${name}` : undefined;
}

/** The same schema in fewer words, whatever lies in it. A copy: the schemas of procedures are never touched. */
export function tidy(schema: Field): Field {
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, tidyValue(value)]),
  ) as Field;
  if (KNOWN_FORMATS.includes(copy.format ?? "")) delete copy.pattern;
  return copy;
}

function tidyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidyValue);
  return typeof value === "object" && value !== null ? tidy(value as Field) : value;
}

const capital = (name: string) => name.replace(/^./, (letter) => letter.toUpperCase());
