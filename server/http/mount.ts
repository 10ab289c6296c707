import type { PublicError } from "@/server/guard/errors";
import type { Verdict } from "@/server/guard/limiter";
import type { Admission } from "@/server/http/admission";
import type { Call, CallAnswer } from "@/server/http/exchange";

/** One part of the API: everything below a path. */
export interface Mount {
  prefix: string;
  /** Methods that it takes besides GET, HEAD, POST and OPTIONS. */
  methods?: readonly string[];
  handle(request: Request, requestId: string): Promise<Response>;
  /** Answers what needs no Web request, the same to the byte; undefined: it does, and nothing has been done. */
  answer?(call: Call, requestId: string): Promise<CallAnswer | undefined>;
  /** The caller's budget for this call, where it was found spent a moment ago; leaves the evidence of the refusal. */
  spentBudget?(call: Call, requestId: string): Verdict | undefined;
  /** Whether a forged credential is refused before this part looks; signing in must work with a stale one. */
  wantsCredential: boolean;
  /** Whether pages of the origins of CORS_ORIGINS may use this part. */
  crossOrigin: boolean;
  /** Whose places its work takes; null: it is no work. */
  places: keyof Admission | null;
  /** The envelope in which this part answers a refusal. */
  envelope(error: PublicError, requestId: string): object;
}
