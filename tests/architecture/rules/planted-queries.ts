import type { Plant } from "./planted";

export const path = "server/features/task/queries.ts";
export const statement = (body: string) => `export const run = (scope: Scope, input: Input) => ${body};`;
export const breaks = (what: string, body: string, says = "nothing holds"): Plant => ({
  what: `refuses ${what}`,
  path,
  text: statement(body),
  says,
});
export const keeps = (what: string, body: string): Plant => ({
  what: `accepts ${what}`,
  path,
  text: statement(body),
});
