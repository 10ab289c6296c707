import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { JsonSchema } from "@/server/cli/attack/samples";
import { OPERATIONS } from "@/server/http/rest";
import { type Operation, REST_BASE } from "@/server/http/rest-operations";
import { appRouter } from "@/server/router";

export interface Field {
  name: string;
  required: boolean;
  schema: JsonSchema;
}

/** How a way in is called by method and path. */
export interface Rest {
  method: Operation["method"];
  /** Whole, its parameter in braces. */
  path: string;
  parameter: Operation["parameter"];
}

/** One way in as an attacker sees it: its name and the shape of what it takes and answers. */
export interface Way {
  /** `task.get`, or `GET /api/v1/tasks/{id}`. */
  name: string;
  /** Whose rule holds. */
  procedure: string;
  noun: string;
  verb: string;
  kind: "query" | "mutation" | "subscription" | "rest";
  /** It may change something. */
  writes: boolean;
  rest?: Rest;
  fields: Field[];
  accepts(input: unknown): boolean;
  /** What it says that it answers; of a stream what each event holds. */
  output: JsonSchema;
  /** Its answer is there to show a secret, once. */
  showsSecret: boolean;
  /** File and line of the declaration. */
  place: string;
}

type Procedures = Record<
  string,
  {
    _def: {
      type: "query" | "mutation" | "subscription";
      inputs: z.ZodType[];
      output?: z.ZodType;
      meta?: { policy?: { secret?: true } };
    };
  }
>;

/** Every way in there is: each procedure, and each operation of REST. A new feature is attacked as soon as it is in the router. */
export function surfaceOf(root: string): Way[] {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Procedures).map(
    ([name, { _def }]): Way => {
      const [noun = "", verb = ""] = name.split(".");
      const input = _def.inputs[0];
      return {
        ...{ name, procedure: name, noun, verb, kind: _def.type, writes: _def.type === "mutation" },
        fields: input ? fieldsOf(input) : [],
        accepts: (value) => input === undefined || input.safeParse(value).success,
        output: outputOf(_def.type, _def.output),
        showsSecret: _def.meta?.policy?.secret === true,
        place: placeOf(root, noun, verb),
      };
    },
  );
  const byName = new Map(procedures.map((way) => [way.name, way]));
  const operations = OPERATIONS.flatMap(({ procedure, method, path, parameter }): Way[] => {
    const way = byName.get(procedure);
    const rest = { method, path: `${REST_BASE}${path}`, parameter };
    // A path always holds its parameter.
    const fields = way?.fields.map((field) =>
      field.name === parameter?.field ? { ...field, required: true } : field,
    );
    return way && fields ? [{ ...way, name: `${method} ${rest.path}`, kind: "rest", rest, fields }] : [];
  });
  return [...procedures, ...operations];
}

function fieldsOf(input: z.ZodType): Field[] {
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const required = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    required: required.includes(name),
    schema: field,
  }));
}

function outputOf(kind: Way["kind"], output: z.ZodType | undefined): JsonSchema {
  if (!output) return {};
  const schema = z.toJSONSchema(output, { io: "output", unrepresentable: "any" }) as JsonSchema;
  return kind === "subscription" ? (schema.items ?? {}) : schema;
}

function placeOf(root: string, noun: string, verb: string): string {
  const folder = noun.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const file = `server/features/${folder}/router.ts`;
  if (!existsSync(join(root, file))) return "server/router.ts";
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const line = lines.findIndex((text) => text.trimStart().startsWith(`${verb}:`)) + 1;
  return line > 0 ? `${file}:${line}` : file;
}
