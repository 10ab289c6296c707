import { createPlaces, type Places } from "@/server/http/places";

/** Places by kind of work, so that no kind keeps out another. */
export interface Admission {
  /** Calls of procedures, by tRPC and REST. */
  calls: Places;
  /** Sign-in, and whatever else may hash a password. */
  accounts: Places;
  pages: Places;
}

interface AdmissionOptions {
  /** Requests under way at once, of every kind together. */
  maxInFlight: number;
  /** Calls of procedures at work at once. */
  maxCalls: number;
}

/** Milliseconds that a burst may wait: longer than a pause of the process, shorter than a person minds. */
const LONGEST_MS = 250;

/** Hashing and pages last long and wait by themselves: each kind may keep a quarter of what may be under way. */
export function createAdmission({ maxInFlight, maxCalls }: AdmissionOptions): Admission {
  const placesFor = (atOnce: number) => createPlaces({ atOnce, standing: atOnce, longest: LONGEST_MS });
  const quarter = Math.max(1, Math.floor(maxInFlight / 4));
  return { calls: placesFor(maxCalls), accounts: placesFor(quarter), pages: placesFor(quarter) };
}
