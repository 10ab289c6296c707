"use client";

import { KeyRound } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { authMessage } from "@/app/_api/auth-messages";
import type { ApiError } from "@/app/_api/errors";
import { canUsePasskeys, signInByPasskey } from "@/app/_api/factors";
import { Button } from "@/app/_ui/button";
import { Notice } from "@/app/_ui/notice";

/** A whole sign-in, or the second step of one. Not there where the browser or the address knows no passkeys. */
export function PasskeySignIn({ next, label = "Sign in with a passkey" }: { next: string; label?: string }) {
  const isThere = useSyncExternalStore(nothing, canUsePasskeys, no);
  const [failure, setFailure] = useState<ApiError>();
  const [pending, setPending] = useState(false);
  const signIn = async () => {
    setFailure(undefined);
    setPending(true);
    const outcome = await signInByPasskey();
    if (outcome.ok) return window.location.assign(next + window.location.hash);
    setPending(false);
    setFailure(outcome.error);
  };
  if (!isThere) return null;
  return (
    <div className="mt-4 flex flex-col gap-3 border-line border-t pt-4">
      {failure && <Notice tone="danger">{authMessage(failure)}</Notice>}
      <Button size="lg" className="w-full" pending={pending} onClick={() => void signIn()}>
        <KeyRound aria-hidden="true" />
        {label}
      </Button>
    </div>
  );
}

const nothing = () => () => {};
const no = () => false;
