import { z } from "zod";

/** Of sign-in with OpenID Connect: the first three together, or none. */
export const oidcVariables = {
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: "is not an http(s) URL" })
    .refine((text) => !/[?#]/.test(text), "must have no query and no fragment")
    .optional(),
  OIDC_CLIENT_ID: z.string().max(500, "is too long").optional(),
  OIDC_CLIENT_SECRET: z.string().max(2_000, "is too long").optional(),
  OIDC_NAME: z.string().max(40, "must be at most 40 characters").default("single sign-on"),
  OIDC_SCOPES: z
    .string()
    .regex(
      /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/,
      "must be scopes, with spaces between",
    )
    .refine((text) => text.split(" ").includes("openid"), "must hold openid")
    .default("openid profile email"),
};
