import type { PublicError } from "@/server/guard/errors";
import { SECOND_STEP_COOKIE } from "@/server/identity/factors/second-step";
import { OIDC_PROBLEM_PATH } from "@/server/identity/oidc";

/** What the callback takes; the rest is the provider's, and of no use to us (RFC 6749, 4.1.2). */
const TAKEN = ["code", "state", "iss", "error"];
const LONGEST = 2_048;

/** The callback's request with what it takes, each once. An overlong or repeated one leaves none: nothing is guessed. */
export function narrowed(request: Request): Request {
  const url = new URL(request.url);
  const found = TAKEN.map((name) => [name, url.searchParams.getAll(name)] as const);
  const isPlain = found.every(([, values]) => values.length < 2 && (values[0] ?? "").length <= LONGEST);
  const query = found.flatMap(([name, [value]]) => (isPlain && value !== undefined ? [[name, value]] : []));
  url.search = new URLSearchParams(query).toString();
  return new Request(url, { method: request.method, headers: request.headers });
}

/** Better Auth's words, and a provider's, to codes of ours; what is not here is OIDC_FAILED. */
const CODES: Record<string, string> = {
  state_mismatch: "OIDC_STATE",
  state_not_found: "OIDC_STATE",
  issuer_mismatch: "OIDC_ISSUER",
  issuer_missing: "OIDC_ISSUER",
  no_code: "OIDC_CODE",
  invalid_code: "OIDC_CODE",
  nonce_binding_missing: "OIDC_TOKEN",
  unable_to_get_user_info: "OIDC_TOKEN",
  account_not_linked: "OIDC_NOT_LINKED",
  unable_to_link_account: "OIDC_LINK",
  account_already_linked_to_different_user: "OIDC_LINKED_ELSEWHERE",
  email_not_found: "OIDC_NO_EMAIL",
  email_not_verified: "OIDC_EMAIL_NOT_VERIFIED",
  access_denied: "OIDC_DENIED",
  BANNED_USER: "BANNED_USER",
};
const OF_STATUS: Record<number, string> = { 429: "TOO_MANY_REQUESTS", 503: "SERVICE_UNAVAILABLE" };

/**
 * What the browser is answered, who came by a link: a page of this site, with a code and nothing that a provider wrote.
 * @param note told of a sign-in that failed.
 */
export function toPage(answer: Response, baseUrl: string, note: (error: PublicError) => void): Response {
  // Somebody with a second factor: the sign-in waits for it in the browser, as after a password.
  if (answer.headers.getSetCookie().some(isSecondStep)) return movedTo("/second-step", answer);
  const location = answer.headers.get("location");
  const target = location !== null && URL.canParse(location, baseUrl) ? new URL(location, baseUrl) : null;
  const isOurs = target?.origin === baseUrl && answer.status === 302;
  if (isOurs && target.pathname !== OIDC_PROBLEM_PATH) return answer;
  const said = isOurs ? (target.searchParams.get("error") ?? "") : "";
  const code = (Object.hasOwn(CODES, said) && CODES[said]) || OF_STATUS[answer.status] || "OIDC_FAILED";
  if (isOurs) note({ code, httpStatus: 401, message: "The sign-in failed." });
  return movedTo(`${OIDC_PROBLEM_PATH}?code=${code}`, answer);
}

const isSecondStep = (cookie: string) => cookie.split("=")[0]?.endsWith(SECOND_STEP_COOKIE) ?? false;

function movedTo(location: string, answer: Response): Response {
  const headers = new Headers(answer.headers);
  for (const name of ["content-type", "content-length"]) headers.delete(name);
  headers.set("location", location);
  return new Response(null, { status: 302, headers });
}
