import type { Reply } from "@/db/transaction/lease";

/** The simple protocol takes several statements in one text, so nobody gets it who has not said so. */
export interface Protocol {
  prepare: boolean;
  simple: boolean;
}

/** For a text of ours without values. */
export const SIMPLE: Protocol = { prepare: false, simple: true };

/**
 * What a connection of postgres.js 3.4.9 reads and writes of a query, without the promise that its own queries are. Their
 * constructor says `this.resolve = …` with a function written there: V8 lays such a function into its old space at once, and
 * with it stays all that it sees, the query, its rows and who waits for them, until a full collection. Of all that an answer
 * is made of, a tenth grew old that way.
 */
export class StatementQuery {
  readonly tagged = false;
  readonly strings: readonly string[];
  readonly args: readonly unknown[];
  readonly options: Protocol;
  readonly resolve: Reply["resolve"];
  readonly reject: Reply["reject"];
  /** Where it was made, for the stack of an error; the driver has none either, for a text. */
  readonly origin = "";
  isRaw: "values" | undefined;
  // What the driver keeps there while it is under way.
  active = false;
  cancelled: unknown = null;
  state: unknown = null;
  statement: unknown = null;
  signature = "";

  constructor(text: string, values: readonly unknown[], protocol: Protocol, reply: Reply) {
    this.strings = [text];
    this.args = values;
    this.options = protocol;
    this.resolve = reply.resolve;
    this.reject = reply.reject;
  }

  /** Asks for rows as arrays, while none can have come. */
  values(): void {
    this.isRaw = "values";
  }
}
