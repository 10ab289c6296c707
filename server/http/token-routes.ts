import { z } from "zod";
import { REST_BASE } from "@/server/http/rest-operations";
import { PASSWORD_LENGTH } from "@/server/identity/auth";

export const TOKENS_BASE = `${REST_BASE}/auth`;

/** A way in for programs that is no procedure: it begins, prolongs or ends what the procedures ask for. */
export interface TokenRoute {
  /** Below `TOKENS_BASE`; all are POST. */
  path: "/token" | "/refresh" | "/revoke";
  summary: string;
  /** Why no credential is asked for in a header. */
  reason: string;
  authentication: string;
  limit: "auth" | "write";
  /** Events of a success; functions of the database append them, in the statement of the change itself. */
  audit: string;
  /** What the body may hold; unknown keys are refused. */
  body: z.ZodType;
  answer: z.ZodType;
}

const refreshToken = z.string().min(1).max(200);
const answerOfTokens = z.strictObject({
  accessToken: z.string(),
  expiresIn: z.int(),
  tokenType: z.literal("Bearer"),
});

export const tokenBody = z.strictObject({
  email: z.email().max(254).toLowerCase().optional(),
  password: z.string().min(1).max(PASSWORD_LENGTH.max).optional(),
  code: z.string().min(1).max(64).optional(),
});
export const refreshBody = z.strictObject({ refreshToken });

export const TOKEN_ROUTES: readonly TokenRoute[] = [
  {
    path: "/token",
    summary: "Get tokens: from your session an access token, from e-mail and password a refresh token too",
    reason: "Here a program shows who it is.",
    authentication: "session, or e-mail, password and second factor",
    limit: "auth",
    audit: "authn_token_created",
    body: tokenBody,
    answer: answerOfTokens.extend({ refreshToken: z.string().optional() }),
  },
  {
    path: "/refresh",
    summary: "Take a refresh token for its successor and a new access token",
    reason: "The refresh token in the body says who it is.",
    authentication: "refresh token",
    limit: "write",
    audit: "none: the family goes on; a reuse is authn_token_reuse",
    body: refreshBody,
    answer: answerOfTokens.extend({ refreshToken: z.string() }),
  },
  {
    path: "/revoke",
    summary: "End the session of a refresh token",
    reason: "The refresh token in the body says whose session ends.",
    authentication: "refresh token",
    limit: "write",
    audit: "authn_token_revoked",
    body: refreshBody,
    answer: z.strictObject({}),
  },
];
