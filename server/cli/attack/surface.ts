import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { JsonSchema } from "@/server/cli/attack/samples";
import { appRouter } from "@/server/router";

export interface Field {
  name: string;
  required: boolean;
  schema: JsonSchema;
}

/** One procedure as an attacker sees it: its name and the shape of what it takes. */
export interface Way {
  name: string;
  noun: string;
  verb: string;
  kind: "query" | "mutation" | "subscription";
  fields: Field[];
  accepts(input: unknown): boolean;
  /** Its answer is there to show a secret, once. */
  showsSecret: boolean;
  /** File and line of the declaration. */
  place: string;
}

type Procedures = Record<
  string,
  { _def: { type: Way["kind"]; inputs: z.ZodType[]; meta?: { policy?: { secret?: true } } } }
>;

/** Every procedure there is. A new feature is attacked as soon as it is in the router. */
export function surfaceOf(root: string): Way[] {
  return Object.entries(appRouter._def.procedures as unknown as Procedures).map(([name, { _def }]) => {
    const [noun = "", verb = ""] = name.split(".");
    const input = _def.inputs[0];
    return {
      name,
      noun,
      verb,
      kind: _def.type,
      fields: input ? fieldsOf(input) : [],
      accepts: (value) => input === undefined || input.safeParse(value).success,
      showsSecret: _def.meta?.policy?.secret === true,
      place: placeOf(root, noun, verb),
    };
  });
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

function placeOf(root: string, noun: string, verb: string): string {
  const folder = noun.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const file = `server/features/${folder}/router.ts`;
  if (!existsSync(join(root, file))) return "server/router.ts";
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const line = lines.findIndex((text) => text.trimStart().startsWith(`${verb}:`)) + 1;
  return line > 0 ? `${file}:${line}` : file;
}
