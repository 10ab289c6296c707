import { takesBody } from "@/server/cli/attack/desk";
import type { Input } from "@/server/cli/attack/samples";
import { headersOf, type Siege, type Standpoint, seenFrom } from "@/server/cli/attack/standpoint";
import type { Way } from "@/server/cli/attack/surface";
import { type Attack, type Expect, INVALID, type Shot, type Trial } from "@/server/cli/attack/trial";

/** An attack on what a procedure takes. */
export const inputAttack = (
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

/** One way in under attack, by somebody who may call it. */
export interface Bench {
  siege: Siege;
  way: Way;
  stand: Standpoint;
}

export function trialOf(
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

export function shotOf(
  { siege, way, stand }: Bench,
  about: string,
  { given = stand.input, text }: { given?: Input; text?: string },
  expect: Expect = INVALID,
): Shot {
  const ask = siege.world.desk.ask(way, given, headersOf(stand), text);
  return { about, ask, expect, sees: seenFrom(siege, way, stand) };
}

export const withField = ({ stand }: Bench, name: string, value: unknown) => ({
  given: { ...stand.input, [name]: value },
});

/** Whether the input travels in the query of a path, where all is text. */
export const isQuery = ({ rest }: Way) => rest !== undefined && !takesBody(rest);
export const isInPath = ({ rest }: Way, name: string) => rest?.parameter?.field === name;
export const IN_QUERY = "its input travels in path and query";
