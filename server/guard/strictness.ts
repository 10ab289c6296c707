/** A schema of Zod 4, as far as its structure decides what it lets through. */
export interface Schema {
  _zod: { def: Definition };
}

interface Definition {
  type: string;
  shape?: Record<string, Schema>;
  catchall?: Schema;
  innerType?: Schema;
  in?: Schema;
  element?: Schema;
  options?: readonly Schema[];
  items?: readonly Schema[];
  rest?: Schema | null;
  left?: Schema;
  right?: Schema;
  keyType?: Schema;
  valueType?: Schema;
  mode?: string;
  format?: string;
  checks?: readonly unknown[];
  getter?(): Schema;
}

/** What holds no keys. A kind that is in no list here is loose: `any`, `unknown`, `custom`, and what Zod adds next. */
const PLAIN =
  /^(string|number|int|boolean|bigint|date|symbol|enum|literal|template_literal|null|undefined|void|never|nan|file)$/;
/** What hands its input on as it came. `catch` is not among them: it takes anything and says nothing. */
const WRAPPERS = /^(optional|nullable|nonoptional|default|prefault|readonly|promise)$/;

/**
 * The first place at which a schema takes keys that it does not name, at any depth; null when there is none.
 * @returns Such as `filter.tags[].label`, and `` (empty) for the schema itself.
 */
export function looseAt(
  schema: Schema | undefined,
  path = "",
  within: readonly Schema[] = [],
): string | null {
  if (!schema) return path;
  // A schema inside itself is judged where it stands first.
  if (within.includes(schema)) return null;
  const { def } = schema._zod;
  if (PLAIN.test(def.type)) return null;
  const inside = [...within, schema];
  const into =
    (part: Schema | undefined, step = "") =>
    () =>
      looseAt(part, path + step, inside);
  const steps = stepsInto(def, into, path === "");
  if (!steps) return path;
  for (const step of steps) {
    const found = step();
    if (found !== null) return found;
  }
  return null;
}

type Step = () => string | null;
type Into = (part: Schema | undefined, step?: string) => Step;

/** Every part of a schema that takes input; undefined when it takes whatever comes. */
function stepsInto(def: Definition, into: Into, isTop: boolean): Step[] | undefined {
  if (WRAPPERS.test(def.type)) return [into(def.innerType)];
  switch (def.type) {
    case "object":
      if (def.catchall?._zod.def.type !== "never") return undefined;
      return Object.entries(def.shape ?? {}).map(([key, part]) => into(part, isTop ? key : `.${key}`));
    case "array":
      return [into(def.element, "[]")];
    case "set":
      return [into(def.valueType, "[]")];
    case "tuple":
      return [...(def.items ?? []), ...(def.rest ? [def.rest] : [])].map((part) => into(part, "[]"));
    case "union":
      return (def.options ?? []).map((part) => into(part));
    case "intersection":
      return [into(def.left), into(def.right)];
    case "record":
    case "map":
      if (!namesKeys(def)) return undefined;
      return [into(def.keyType), into(def.valueType, "[]")];
    case "pipe":
      return [into(def.in)];
    case "lazy":
      return [into(def.getter?.())];
    default:
      return undefined;
  }
}

/** Keys that are an enumeration, or text of a form: any text at all is unknown keys. */
function namesKeys({ keyType, mode }: Definition): boolean {
  if (!keyType || mode === "loose") return false;
  const { type, format, checks } = keyType._zod.def;
  return type !== "string" || format !== undefined || (checks?.length ?? 0) > 0;
}
