import { and, eq } from "drizzle-orm";
import type { Database } from "@/db/client";
import { user as people } from "@/db/schema/identity";
import type { Letter } from "@/server/platform/mail/letter";
import {
  knownAddressLetter,
  passwordChangedLetter,
  resetLetter,
  verificationLetter,
} from "@/server/platform/mail/letters";

interface LetterFlowsOptions {
  db: Database;
  baseUrl: string;
  postMail(letter: Letter): void;
}

interface Addressed {
  user: { id: string; email: string };
}
type Linked = Addressed & { token: string };

/**
 * What Better Auth calls when a letter is due. Letters are posted, never awaited. Each link is a page of ours with the
 * secret in its fragment: browsers send it to nobody, and programs that open links in mails do not use it up.
 */
export function letterFlows({ db, baseUrl, postMail }: LetterFlowsOptions) {
  return {
    emailAndPassword: {
      onExistingUserSignUp: async ({ user }: Addressed) =>
        postMail(knownAddressLetter({ to: user.email, link: `${baseUrl}/forgot` })),
      sendResetPassword: async ({ user, token }: Linked) =>
        postMail(resetLetter({ to: user.email, link: `${baseUrl}/reset#${token}` })),
      resetPasswordTokenExpiresIn: 3600,
      revokeSessionsOnPasswordReset: true,
      // Who has the link reads the mail of the address.
      onPasswordReset: async ({ user }: Addressed) => {
        await db
          .update(people)
          .set({ emailVerified: true, updatedAt: new Date() })
          .where(and(eq(people.id, user.id), eq(people.emailVerified, false)));
        postMail(passwordChangedLetter({ to: user.email, at: new Date(), link: `${baseUrl}/forgot` }));
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      // Where sign-in needs a confirmed address, the right password brings the link once more: the answer says nothing.
      sendOnSignIn: true,
      expiresIn: 3600,
      sendVerificationEmail: async ({ user, token }: Linked) =>
        postMail(verificationLetter({ to: user.email, link: `${baseUrl}/verify#${token}` })),
    },
  };
}
