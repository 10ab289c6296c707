import { z } from "zod";
import type { Principal } from "@/server/identity/identity";

/** Seconds for which an access token is good: short, because nobody but us looks at what became of its session. */
export const TOKEN_LIFETIME_S = 300;
/** Seconds by which two clocks of one installation may differ. */
export const CLOCK_TOLERANCE_S = 5;
/** RFC 9068. An ID token of the same issuer is no access token. */
export const TOKEN_TYPE = "at+jwt";
/** One asymmetric algorithm (RFC 8725, 3.1): a token does not choose how it is verified. */
export const TOKEN_ALGORITHM = "RS256";
/** Bytes. Ours have 900; more than this is not looked at. */
export const LONGEST_TOKEN = 4096;

/** Who issues and for whom. Issuing and verifying are handed the same one. */
export interface TokenParties {
  issuer: string;
  audience: string;
}

const seconds = z.int().nonnegative();
const id = z.uuid();

/** What an access token says. No name, no e-mail; `roles` are for whoever reads it elsewhere, our guard reads the record. */
export const accessClaims = z
  .strictObject({
    iss: z.string().min(1),
    aud: z.string().min(1),
    sub: id,
    user_id: id,
    roles: z.array(z.string().min(1)).min(1),
    sid: id,
    jti: id,
    iat: seconds,
    nbf: seconds.optional(),
    exp: seconds,
  })
  .refine(({ sub, user_id }) => sub === user_id, { path: ["user_id"], error: "is not sub" });
export type AccessClaims = z.infer<typeof accessClaims>;

/** Must be there before anything else is looked at. */
export const REQUIRED_CLAIMS = ["iss", "aud", "sub", "user_id", "roles", "sid", "jti", "iat", "exp"];

/** What a token says of its bearer's rights. */
export const rolesOf = ({ platformRole }: Pick<Principal, "platformRole">): string[] => [platformRole];
