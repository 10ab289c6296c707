import { TRPCError } from "@trpc/server";
import { type TRPC_ERROR_CODE_NUMBER, TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { ZodError } from "zod";
import { sqlState } from "@/db/transaction/read-error";
import { isRefusedByTrail } from "@/db/transaction/server-error";
import { isUnauthenticated } from "@/server/identity/identity";

/** What a caller is told: a stable code, a status, and nothing about the inside. */
export interface PublicError {
  code: string;
  httpStatus: number;
  message: string;
  reason?: string;
  /** The row that an answer which is not kept was about. */
  id?: string;
  issues?: { path: string; code: string; message: string }[];
}

/** A refusal that a feature or the guard decides on. */
class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly answer: PublicError) {
    // It is an answer and no fault of ours: a flood of them is not to pay for stacks that nobody reads.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(answer.message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A change whose audit row the database would not take. The change is undone with it: nobody may act unseen. */
export class NotWrittenDown extends Error {
  override readonly name = "NotWrittenDown";
  constructor(cause: unknown) {
    super("the change could not be written down", { cause });
  }
}

/** One answer for "not yours", "not there" and "you may not": it tells nobody which. */
const FORBIDDEN: PublicError = {
  code: "FORBIDDEN",
  httpStatus: 403,
  message: "You may not do this, or it is not there.",
};

export const UNAVAILABLE: PublicError = {
  code: "SERVICE_UNAVAILABLE",
  httpStatus: 503,
  message: "The service can not answer now. Try again shortly.",
};

const INTERNAL: PublicError = {
  code: "INTERNAL_SERVER_ERROR",
  httpStatus: 500,
  message: "Something went wrong on our side. The request id helps us to find it.",
};

/** Refuses with an answer that somebody else decided on. */
export function refused(answer: PublicError): never {
  throw new Refusal(answer);
}

/** Refuses because the row is out of the caller's reach, or not there. */
export function outOfReach(): never {
  throw new Refusal(FORBIDDEN);
}

/** Refuses because of the state of something that is within the caller's reach. */
export function conflict(reason: string, message: string, id?: string | null): never {
  throw new Refusal({ code: "CONFLICT", httpStatus: 409, message, reason, ...(id && { id }) });
}

/** Refuses because of something in the request that is no input. */
export function badRequest(reason: string, message: string): never {
  throw new Refusal({ code: "BAD_REQUEST", httpStatus: 400, message, reason });
}

/** Refuses a well-formed request that contradicts an earlier one. */
export function unprocessable(reason: string, message: string): never {
  throw new Refusal({ code: "UNPROCESSABLE_CONTENT", httpStatus: 422, message, reason });
}

const TOO_MANY: PublicError = {
  code: "TOO_MANY_REQUESTS",
  httpStatus: 429,
  message: "That was too often. Wait as long as Retry-After says.",
};

/** What is told about a budget that is spent, or that nobody can count now. */
export function limitError(outcome: "over" | "unchecked"): PublicError {
  return outcome === "over" ? TOO_MANY : UNAVAILABLE;
}

/** Refuses because a budget is spent, or can not be counted. */
export function overLimit(outcome: "over" | "unchecked"): never {
  throw new Refusal(limitError(outcome));
}

/** Ends a write that changed no row: 409 when the row is there (its version has moved on), 403 when it is not. */
export function notChanged(isInReach: boolean): never {
  if (isInReach) return conflict("STALE_VERSION", "This was changed meanwhile. Read it again, then repeat.");
  return outOfReach();
}

/** Whether the guard or a feature decided on a refusal, rather than the database or an outage. */
export function isDecision(error: unknown): boolean {
  const thrown = error instanceof TRPCError ? error.cause : error;
  return thrown instanceof Error && thrown.name === "Refusal";
}

/** Maps any error to what the caller may know. Everything unknown is 500 and says nothing. */
export function publicError(error: unknown): PublicError {
  if (error instanceof TRPCError) return fromTrpc(error);
  if (error instanceof Refusal) return error.answer;
  if (isUnauthenticated(error)) return { code: error.code, httpStatus: 401, message: error.message };
  if (isUnavailable(error)) return UNAVAILABLE;
  if (isRefusedByTrail(error)) return UNAVAILABLE;
  return fromSql(sqlState(error)) ?? INTERNAL;
}

/** What the driver and the network say when there is no connection, or none any more. */
const LOST =
  /^(?:CONNECTION_(?:CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|EPIPE|EAI_AGAIN|ENOTFOUND|E[A-Z]*(?:CONN|HOST|NET)[A-Z]*|ETIMEDOUT|08...)$/;

const UNAVAILABLE_NAMES = new Set(["DatabaseUnavailable", "NotWrittenDown", "Overloaded"]);

/** Nobody can answer now. By name and code, not by class: the error may come from the other module graph of this process. */
function isUnavailable(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (UNAVAILABLE_NAMES.has(at.name)) return true;
    if ("code" in at && LOST.test(String(at.code))) return true;
  }
  return false;
}

function fromTrpc(error: TRPCError): PublicError {
  if (error.code === "INTERNAL_SERVER_ERROR") return error.cause ? publicError(error.cause) : INTERNAL;
  if (error.cause instanceof ZodError) return invalidInput(error.cause);
  return BY_TRPC_CODE[error.code] ?? INTERNAL;
}

/** Errors that tRPC itself raises before a procedure runs. */
const BY_TRPC_CODE: Partial<Record<TRPCError["code"], PublicError>> = {
  NOT_FOUND: { code: "NOT_FOUND", httpStatus: 404, message: "There is no such procedure." },
  BAD_REQUEST: { code: "BAD_REQUEST", httpStatus: 400, message: "The request is not well formed." },
  PARSE_ERROR: { code: "BAD_REQUEST", httpStatus: 400, message: "The request is not well-formed JSON." },
  METHOD_NOT_SUPPORTED: {
    code: "METHOD_NOT_SUPPORTED",
    httpStatus: 405,
    message: "This method is not supported here.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: "UNSUPPORTED_MEDIA_TYPE",
    httpStatus: 415,
    message: "Send application/json.",
  },
  PAYLOAD_TOO_LARGE: { code: "PAYLOAD_TOO_LARGE", httpStatus: 413, message: "The request is too large." },
  CLIENT_CLOSED_REQUEST: { code: "CLIENT_CLOSED_REQUEST", httpStatus: 499, message: "The caller went away." },
};

/** Input that its schema refuses, with the places. An answer that does not fit its own is no such thing: that is 500. */
export function invalidInput(error: ZodError): PublicError {
  const issues = error.issues.map(({ path, code, message }) => ({
    path: path.join("."),
    code: code ?? "custom",
    message,
  }));
  return { code: "BAD_REQUEST", httpStatus: 400, message: "The input is not valid.", issues };
}

/** SQLSTATE to refusal. A broken reference is a foreign or unknown id; a policy that says no is out of reach. */
function fromSql(state: string | undefined): PublicError | undefined {
  switch (state) {
    case "23503":
    case "42501":
      return FORBIDDEN;
    case "23505":
      return { code: "CONFLICT", httpStatus: 409, message: "This is there already.", reason: "DUPLICATE" };
    case "23514":
    case "22P02":
    case "22021":
      return { code: "BAD_REQUEST", httpStatus: 400, message: "The input is not valid." };
    case "40001":
    case "40P01":
    case "55P03":
    case "57014":
    case "53300":
    case "57P01":
    case "57P02":
    case "57P03":
      return UNAVAILABLE;
    default:
      return undefined;
  }
}

/** The JSON-RPC number that tRPC's clients know for a code; that of a bad request where they know none. */
export function rpcCode(code: string): TRPC_ERROR_CODE_NUMBER {
  return RPC_CODES.get(code) ?? TRPC_ERROR_CODES_BY_KEY.BAD_REQUEST;
}

const RPC_CODES = new Map<string, TRPC_ERROR_CODE_NUMBER>([
  ...Object.entries(TRPC_ERROR_CODES_BY_KEY),
  ["TOKEN_EXPIRED", TRPC_ERROR_CODES_BY_KEY.UNAUTHORIZED],
]);
