import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";

/** Says whether a password would fall to a list of common ones and their variations (zxcvbn score below 2). */
export type IsCommonPassword = (password: string) => boolean;

/** Guessing effort saturates long before this; the estimator's own effort grows with the length. */
const LOOKED_AT = 64;

export function createPasswordCheck(): IsCommonPassword {
  const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return (password) => estimator.check(password.slice(0, LOOKED_AT)).score < 2;
}
