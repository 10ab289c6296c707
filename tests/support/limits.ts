import { budgetsOf } from "@/server/guard/limits";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";

/** Budgets by name, in windows of a day: none ends during a test. */
export const limitsOf = (text: string) => budgetsOf(text.replaceAll(/(\d)(,|$)/g, "$1/24h$2"), false).budgets;

let addresses = 0;
/** The header of an address that nobody had before. */
export const freshAddress = () => ({ [CLIENT_ADDRESS_HEADER]: `192.0.2.${++addresses}` });

/** What a request is answered when it is made so often, one after the other. */
export async function statuses(times: number, once: () => Promise<{ status: number }>): Promise<number[]> {
  const seen: number[] = [];
  for (let time = 0; time < times; time++) seen.push((await once()).status);
  return seen;
}
