import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { refreshTokenReused } from "@/server/guard/alerts/alert";
import { invalidInput, limitError, type PublicError, publicError } from "@/server/guard/errors";
import type { Cost } from "@/server/guard/limiter";
import type { Refused } from "@/server/guard/refusals/refusal";
import { eventOf } from "@/server/guard/refusals/refusal";
import {
  CROSS_SITE,
  errorResponse,
  isCrossSite,
  NOT_FOUND,
  senderOf,
  WRONG_METHOD,
} from "@/server/http/answers";
import { costsOf } from "@/server/http/auth-limits";
import { withChallenge } from "@/server/http/challenge";
import { limitHeaders } from "@/server/http/limit-headers";
import { CROSS_SITE_EVENT } from "@/server/http/refusals";
import { readInput } from "@/server/http/rest-input";
import { refusalOf } from "@/server/http/token-refusals";
import {
  type refreshBody,
  TOKEN_ROUTES,
  TOKENS_BASE,
  type TokenRoute,
  type tokenBody,
} from "@/server/http/token-routes";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";
import type { Principal } from "@/server/identity/identity";
import type { Client } from "@/server/identity/tokens/refresh";
import { prefixOf } from "@/server/platform/limits/network";
import type { Runtime } from "@/server/runtime";

/** A request for tokens, with what is known of it so far. */
interface Visit {
  runtime: Runtime;
  route: TokenRoute;
  request: Request;
  requestId: string;
  address: string | null;
  account: string | null;
  caller: Principal | null;
}

/** Serves /api/v1/auth: the three routes of the table, each by POST. */
export async function handleTokens(
  runtime: Runtime,
  request: Request,
  requestId: string = randomUUID(),
): Promise<Response> {
  const path = new URL(request.url).pathname.slice(TOKENS_BASE.length);
  const route = TOKEN_ROUTES.find((entry) => entry.path === path);
  if (!route) return errorResponse(NOT_FOUND, requestId);
  if (request.method !== "POST") {
    const answer = errorResponse(WRONG_METHOD, requestId);
    answer.headers.set("allow", "POST");
    return answer;
  }
  const address = request.headers.get(CLIENT_ADDRESS_HEADER);
  const visit: Visit = { runtime, route, request, requestId, address, account: null, caller: null };
  if (isCrossSite(senderOf(request), runtime.origins)) return refuse(visit, CROSS_SITE, CROSS_SITE_EVENT);
  const answer = await answered(visit).catch((error: unknown) => {
    const told = publicError(error);
    if (told.httpStatus >= 500) runtime.reportFailure(error, { requestId, path: `auth${path}` });
    return told.httpStatus === 401 ? refuse(visit, told) : errorResponse(told, requestId);
  });
  return withChallenge(answer, request);
}

async function answered(visit: Visit): Promise<Response> {
  const { route, request, requestId } = visit;
  // By the same reader as every call: JSON only, bounded, shallow.
  const read = await readInput(request, {});
  if (!("input" in read)) return errorResponse(read, requestId);
  const parsed = route.body.safeParse(read.input);
  if (!parsed.success) return errorResponse(invalidInput(parsed.error), requestId);
  if (route.path === "/token") return giveTokens(visit, parsed.data as z.infer<typeof tokenBody>);
  const { refreshToken } = parsed.data as z.infer<typeof refreshBody>;
  return route.path === "/refresh" ? refresh(visit, refreshToken) : revoke(visit, refreshToken);
}

/** From the session of a cookie, or from an e-mail address and a password: never from both, nor from another token. */
async function giveTokens(visit: Visit, given: z.infer<typeof tokenBody>): Promise<Response> {
  const { runtime, request, address } = visit;
  const { email, password, code } = given;
  const carries = ["authorization", "x-api-key"].some((name) => request.headers.has(name));
  if (email === undefined && password === undefined && code === undefined) {
    const principal = await runtime.identify(request.headers);
    if (principal.kind !== "session") return refuse(visit, refusalOf("UNAUTHORIZED"));
    visit.caller = principal;
    const costs: Cost[] = [{ name: "write", by: ["user", principal.userId] }];
    return within(visit, costs, async () => sent(visit, await runtime.tokens.forSession(principal)));
  }
  if (email === undefined || password === undefined) return errorResponse(BOTH, visit.requestId);
  if (carries || runtime.hasSession(request.headers.get("cookie")))
    return refuse(visit, refusalOf("UNAUTHORIZED"));
  visit.account = email;
  const costs = costsOf({ limit: "auth", address, account: email, device: null, userId: null });
  // A code has six digits: who knows the password may not try them all.
  if (code !== undefined) costs.push({ name: "sensitive", by: ["code", email] });
  return within(visit, costs, async () => {
    const outcome = await runtime.tokens.forCredentials({ email, password, code }, clientOf(visit));
    if ("set" in outcome) return sent(visit, outcome.set);
    return refuse(visit, refusalOf(outcome.fault), {
      event: "authn_login_fail",
      outcome: "failure",
      reason: outcome.fault,
    });
  });
}

function refresh(visit: Visit, presented: string): Promise<Response> {
  const { runtime } = visit;
  return within(visit, costsOfNetwork(visit), async () => {
    const outcome = await runtime.tokens.refresh(presented, clientOf(visit));
    if ("set" in outcome) return sent(visit, outcome.set);
    // The session is ended by now, whatever becomes of this answer.
    if ("reusedOf" in outcome) {
      runtime.raiseAlert(refreshTokenReused(Date.now(), outcome.reusedOf));
      await runtime.settleAccess();
    }
    const reason = "reusedOf" in outcome ? "REFRESH_TOKEN_REUSED" : "REFRESH_TOKEN_INVALID";
    return refuse(visit, refusalOf("UNAUTHORIZED"), {
      event: "authn_credential_invalid",
      outcome: "failure",
      reason,
    });
  });
}

/** The same answer whether there was anything to end (RFC 7009, 2.2). */
function revoke(visit: Visit, presented: string): Promise<Response> {
  return within(visit, costsOfNetwork(visit), async () => {
    await visit.runtime.tokens.revoke(presented, clientOf(visit));
    // Whoever is told that it is over finds it over here, whenever the notice comes.
    await visit.runtime.settleAccess();
    return sent(visit, {});
  });
}

const costsOfNetwork = ({ address, route }: Visit) =>
  costsOf({ limit: route.limit, address, account: null, device: null, userId: null });

async function within(visit: Visit, costs: Cost[], work: () => Promise<Response>): Promise<Response> {
  const verdict = await visit.runtime.limiter.spend(costs);
  const answer = verdict.outcome === "within" ? await work() : refuse(visit, limitError(verdict.outcome));
  for (const [name, value] of Object.entries(limitHeaders([verdict]))) answer.headers.set(name, value);
  return answer;
}

/** RFC 6749, 5.1: nobody keeps it on the way. */
const sent = ({ requestId }: Visit, body: object): Response =>
  Response.json(body, { headers: { "cache-control": "no-store", "x-request-id": requestId } });

function refuse(
  { runtime, route, requestId, address, account, caller }: Visit,
  error: PublicError,
  event: Pick<Refused, "event" | "outcome" | "reason"> | undefined = eventOf(error),
): Response {
  const target = `auth${route.path}`;
  if (event) runtime.noteRefusal({ ...event, target, requestId, address, account, caller });
  return errorResponse(error, requestId);
}

function clientOf({ runtime, request, address }: Visit): Client {
  const userAgent = request.headers.get("user-agent");
  const addressPrefix = address && prefixOf(address);
  const digest = runtime.digest("client", addressPrefix ?? "", userAgent ?? "");
  return { digest, addressPrefix, userAgent };
}

const BOTH: PublicError = {
  code: "BAD_REQUEST",
  httpStatus: 400,
  message: "Send an e-mail address and a password, or nothing and a session's cookie.",
};
