/**
 * Says on a 401 how to come in (RFC 9110, 11.6.1; RFC 6750, 3): with `invalid_token` to who showed a token that is none
 * or over, and nothing more to who showed none.
 */
export function challengeFor(status: number, authorization: string | null | undefined): string | undefined {
  if (status !== 401) return undefined;
  return authorization == null ? "Bearer" : 'Bearer error="invalid_token"';
}

/** Sets it on an answer of the API. */
export function withChallenge(answer: Response, request: Request): Response {
  const challenge = challengeFor(answer.status, request.headers.get("authorization"));
  if (challenge) answer.headers.set("www-authenticate", challenge);
  return answer;
}
