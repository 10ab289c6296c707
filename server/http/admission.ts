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

/**
 * Pages may keep a quarter of what may be under way; sign-ins a sixteenth, less than may wait for a hash: who finds no
 * place is refused at the door, where it is cheap, and not by the line of the hashes, after all other work was done.
 */
export function createAdmission({ maxInFlight, maxCalls }: AdmissionOptions): Admission {
  const placesFor = (atOnce: number) => createPlaces({ atOnce, standing: atOnce, longest: LONGEST_MS });
  const share = (parts: number) => placesFor(Math.max(1, Math.floor(maxInFlight / parts)));
  return { calls: placesFor(maxCalls), accounts: share(16), pages: share(4) };
}
