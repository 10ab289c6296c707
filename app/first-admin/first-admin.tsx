"use client";

import { useMutation } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { withNext } from "@/app/_api/next-path";
import { useFragment } from "@/app/_api/use-fragment";
import { Button } from "@/app/_ui/button";
import { Notice } from "@/app/_ui/notice";
import { claimFirstAdminInput } from "@/server/features/user/schema";
import { Outcome } from "./outcome";

interface FirstAdminProps {
  account: { email: string; isAdmin: boolean } | null;
}

export function FirstAdmin({ account }: FirstAdminProps) {
  const trpc = useTRPC();
  const fragment = useFragment();
  const claim = useMutation(
    trpc.user.claimFirstAdmin.mutationOptions({
      // Spent: it need not stay in the history of the browser.
      onSuccess: () => window.history.replaceState(window.history.state, "", window.location.pathname),
    }),
  );
  const { data: input } = claimFirstAdminInput.safeParse({ token: fragment.slice(1) });
  const error = claim.error ? errorOf(claim.error) : undefined;

  if (claim.isSuccess || account?.isAdmin) return <Outcome kind={claim.isSuccess ? "done" : "already"} />;
  if (error?.status === 403) return <Outcome kind="dead" requestId={error.requestId} />;
  return (
    <>
      <h1 className="font-semibold text-xl tracking-tight">Become the first admin</h1>
      <p className="mt-1 text-ink-muted text-sm">
        This Holdfast has no admin yet. The link that you opened makes one account its first; it works once,
        within an hour of the start.
      </p>
      <div className="mt-6 flex flex-col gap-4">
        {error && (
          <Notice tone="danger" requestId={error.requestId}>
            {error.message}
          </Notice>
        )}
        {account ? (
          <>
            <p className="rounded-lg border border-line bg-surface px-3.5 py-3 text-sm">
              <span className="block text-ink-muted text-xs">Signed in as</span>
              <span className="block break-words font-medium">{account.email}</span>
            </p>
            {!input && (
              <Notice>
                The link is not complete. Copy all of it from the terminal, up to its last character.
              </Notice>
            )}
            <Button
              variant="primary"
              size="lg"
              disabled={!input}
              pending={claim.isPending}
              onClick={() => input && claim.mutate(input)}
            >
              Become the first admin
            </Button>
          </>
        ) : (
          <>
            <p className="text-sm">First say which account it shall be:</p>
            <Button variant="primary" size="lg" asChild>
              <Link href={withNext("/sign-up", "/first-admin") + fragment}>
                Create an account
                <ArrowRight aria-hidden="true" />
              </Link>
            </Button>
            <Button size="lg" asChild>
              <Link href={withNext("/sign-in", "/first-admin") + fragment}>Sign in</Link>
            </Button>
          </>
        )}
      </div>
    </>
  );
}
