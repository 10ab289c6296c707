import type { Sql } from "@/db/client";
import { LIMITS } from "@/server/guard/limits";

/** A product to attack, whoever started it. */
export interface Target {
  /** Where it listens. */
  origin: string;
  /** The origin of its own pages, as browsers would name it. */
  site: string;
  /** A superuser's connection to its database. */
  admin: Sql;
  /** Signs its cookies; for the sessions of people who are made by the hundred. */
  secret: string;
  /** The folder with its sources and documents. */
  root: string;
}

const WINDOW = "24h";
const PLENTY = 1_000_000;

/** HOLDFAST_LIMITS under which no attack but those on budgets meets one. Windows outlast the run. */
export const plentyLimits = () => limitsOf(() => PLENTY);
/** HOLDFAST_LIMITS for the attacks on budgets; the floor is under all of them. */
export const tightLimits = () => limitsOf((name) => (name === "floor" ? PLENTY : tightSize(name)));
/** How many requests a tight budget lets through. */
export const tightSize = (name: string) => (name === "auth" ? 10 : 5);

const limitsOf = (size: (name: string) => number) =>
  Object.keys(LIMITS)
    .map((name) => `${name}=${size(name)}/${WINDOW}`)
    .join(",");
