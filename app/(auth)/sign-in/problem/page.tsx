import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { Notice } from "@/app/_ui/notice";

export const metadata: Metadata = { title: "Sign-in failed" };

/** What people are told, by code; nothing that a provider wrote comes here. */
const MESSAGES: Record<string, string> = {
  OIDC_STATE: "This sign-in took too long, was begun in another browser, or is over already. Begin again.",
  OIDC_DENIED: "The sign-in was cancelled at the provider.",
  OIDC_NOT_LINKED:
    "This account can not be used to sign in yet. If you have an account here, sign in the way you did before, then connect the provider in your account settings.",
  OIDC_LINKED_ELSEWHERE: "This account of the provider is connected to somebody else here.",
  OIDC_LINK: "The account was not connected: your session here had ended. Sign in, and try again.",
  OIDC_NO_EMAIL: "The provider told us no e-mail address, and an account needs one.",
  OIDC_EMAIL_NOT_VERIFIED: "Confirm your e-mail address first; we have sent you a mail.",
  BANNED_USER: "This account is closed. Ask an administrator.",
  TOO_MANY_REQUESTS: "Too many attempts. Wait a few minutes, then try again.",
  SERVICE_UNAVAILABLE: "Holdfast can not check this now. Try again shortly.",
};
const ANY =
  "The sign-in with the provider failed. Try again; if it goes on, tell your administrator the code below.";

interface ProblemPageProps {
  searchParams: Promise<{ code?: string | string[] }>;
}

export default async function ProblemPage({ searchParams }: ProblemPageProps) {
  const { code } = await searchParams;
  const known = typeof code === "string" && /^[A-Z_]{1,40}$/.test(code) ? code : "OIDC_FAILED";
  const message = (Object.hasOwn(MESSAGES, known) && MESSAGES[known]) || ANY;
  return (
    <div className="flex flex-col gap-5">
      <h1 className="font-semibold text-xl">That did not work</h1>
      <Notice tone="danger">{message}</Notice>
      <p className="text-ink-faint text-xs">
        Code <code className="select-all font-mono">{known}</code>
      </p>
      <Button asChild variant="primary" size="lg" className="w-full">
        <Link href="/sign-in">Back to sign in</Link>
      </Button>
    </div>
  );
}
