import type { JsonSchema } from "@/server/cli/attack/samples";

const TOP = "the whole";

/**
 * The first place at which a value holds what its schema does not name: a key too many, an object where text was said.
 * A union names whatever one of its options names.
 */
export function extraIn(schema: JsonSchema, value: unknown, path = ""): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const options = schema.anyOf ?? schema.oneOf;
  if (options) {
    const found = options.map((option) => extraIn(option, value, path));
    // Null takes nothing: of the others the last says best where.
    if (found.includes(undefined)) return undefined;
    const here = path || TOP;
    return found.findLast((at) => at !== here) ?? here;
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? first(value, (one) => extraIn(items, one, `${path}[]`)) : path || TOP;
  }
  const { properties, additionalProperties: others } = schema;
  if (!properties && typeof others !== "object") return path || TOP;
  return first(Object.entries(value), ([name, inner]) => {
    const at = path ? `${path}.${name}` : name;
    const known = properties && Object.hasOwn(properties, name) ? properties[name] : others;
    return typeof known === "object" ? extraIn(known, inner, at) : at;
  });
}

/** The first place at which a schema says nothing, and so lets everything through. */
export function undescribedIn(schema: JsonSchema, path = ""): string | undefined {
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return first(options, (option) => undescribedIn(option, path));
  if (schema.enum || schema.const !== undefined) return undefined;
  const { type, items, properties, additionalProperties: others } = schema;
  if (type === "array") return items ? undescribedIn(items, `${path}[]`) : path || TOP;
  if (type !== "object") return type === undefined ? path || TOP : undefined;
  const inner = first(Object.entries(properties ?? {}), ([name, one]) =>
    undescribedIn(one, path ? `${path}.${name}` : name),
  );
  if (inner || others === false) return inner;
  return typeof others === "object" ? undescribedIn(others, `${path}{}`) : path || TOP;
}

function first<One>(all: readonly One[], look: (one: One) => string | undefined): string | undefined {
  for (const one of all) {
    const found = look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
