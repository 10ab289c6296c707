import { expect, test } from "vitest";
import { type Finding, parse, type Rule } from "./source";

/** A file that breaks a rule, and a part of what the rule must say; or one that keeps it. */
export interface Plant {
  what: string;
  path: string;
  text: string;
  says?: string;
}

/** Proves that a rule can fail: each planted break is found, once, and nothing else is. */
export function plant(rule: Rule, plants: Plant[]): void {
  test.each(plants)("$what", ({ path, text, says }) => {
    expectFindings(rule(parse(path, text)), says);
  });
}

export function expectFindings(found: Finding[], says: string | undefined): void {
  const messages = found.map(({ message }) => message);
  expect(messages).toEqual(says === undefined ? [] : [expect.stringContaining(says)]);
}
