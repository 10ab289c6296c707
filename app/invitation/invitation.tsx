"use client";

import { useMutation } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { signOut } from "@/app/_api/auth-client";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { withNext } from "@/app/_api/next-path";
import { useFragment } from "@/app/_api/use-fragment";
import { Button } from "@/app/_ui/button";
import { Notice } from "@/app/_ui/notice";
import { useToast } from "@/app/_ui/toast";
import { readInvitationLink } from "./link";

/** Spent: it need not stay in the history of the browser. */
const forget = () => window.history.replaceState(window.history.state, "", window.location.pathname);

/** @param email Of whoever is signed in; null when nobody is. */
export function Invitation({ email }: { email: string | null }) {
  const trpc = useTRPC();
  const fragment = useFragment();
  const link = readInvitationLink(fragment);
  const accept = useMutation(
    trpc.invitation.accept.mutationOptions({
      onSuccess: ({ workspaceId }) => {
        forget();
        window.location.assign(`/w/${workspaceId}`);
      },
    }),
  );
  const decline = useMutation(trpc.invitation.decline.mutationOptions({ onSuccess: forget }));
  const failure = accept.error ?? decline.error;
  const error = failure ? errorOf(failure) : undefined;
  const isBusy = accept.isPending || accept.isSuccess || decline.isPending;

  if (decline.isSuccess)
    return <Words title="You declined the invitation">Nobody joined. The link is spent.</Words>;
  if (error?.status === 403)
    return (
      <Words title="This invitation can not be used" alert>
        It was used, revoked or replaced, its seven days are over, you are in the workspace already, or your
        address <strong className="font-medium">{email}</strong> is not confirmed yet. Confirm it, or ask for
        a new invitation.
      </Words>
    );
  return (
    <>
      <h1 className="font-semibold text-xl tracking-tight">You are invited to a workspace</h1>
      <p className="mt-1 text-ink-muted text-sm">The letter says to which one, and by whom.</p>
      <div className="mt-6 flex flex-col gap-4">
        {error && (
          <Notice tone="danger" requestId={error.requestId}>
            {error.message}
          </Notice>
        )}
        {fragment !== "" && !link && (
          <Notice>The link is not complete. Copy all of it from the letter, up to its last character.</Notice>
        )}
        {email === null && <SignedOut fragment={fragment} />}
        {email !== null && link && link.email !== email && (
          <>
            <Notice tone="danger">
              This invitation is for {link.email}, and you are signed in as {email}. Sign out, then sign in
              with the right account.
            </Notice>
            <SignOutButton />
          </>
        )}
        {email !== null && (!link || link.email === email) && (
          <>
            <p className="rounded-lg border border-line bg-surface px-3.5 py-3 text-sm">
              <span className="block text-ink-muted text-xs">Signed in as</span>
              <span className="block break-words font-medium">{email}</span>
            </p>
            <Button
              variant="primary"
              size="lg"
              disabled={!link || isBusy}
              pending={accept.isPending || accept.isSuccess}
              onClick={() => link && accept.mutate({ token: link.token })}
            >
              Join the workspace
            </Button>
            <Button
              size="lg"
              disabled={!link || isBusy}
              pending={decline.isPending}
              onClick={() => link && decline.mutate({ token: link.token })}
            >
              Decline
            </Button>
          </>
        )}
      </div>
    </>
  );
}

/** The secret goes on as a fragment, through sign-up and sign-in. */
function SignedOut({ fragment }: { fragment: string }) {
  return (
    <>
      <p className="text-sm">Sign in with the address that the letter came to:</p>
      <Button variant="primary" size="lg" asChild>
        <Link href={withNext("/sign-in", "/invitation") + fragment}>
          Sign in
          <ArrowRight aria-hidden="true" />
        </Link>
      </Button>
      <Button size="lg" asChild>
        <Link href={withNext("/sign-up", "/invitation") + fragment}>Create an account</Link>
      </Button>
    </>
  );
}

/** The page stays, and its fragment with it: a full load, so that nothing of this account stays in memory. */
function SignOutButton() {
  const toast = useToast();
  const [pending, setPending] = useState(false);
  const leave = async () => {
    setPending(true);
    const outcome = await signOut();
    if (outcome.ok) return window.location.reload();
    setPending(false);
    toast({ tone: "danger", title: "You are still signed in", description: outcome.error.message });
  };
  return (
    <Button size="lg" pending={pending} onClick={() => void leave()}>
      Sign out
    </Button>
  );
}

interface WordsProps {
  title: string;
  alert?: boolean;
  children: ReactNode;
}

function Words({ title, alert = false, children }: WordsProps) {
  return (
    <div role={alert ? "alert" : "status"}>
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      <p className="mt-1 text-ink-muted text-sm">{children}</p>
      <Button size="lg" asChild className="mt-6 w-full">
        <Link href="/">Go to your workspace</Link>
      </Button>
    </div>
  );
}
