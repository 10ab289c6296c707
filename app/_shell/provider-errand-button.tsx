"use client";

import { useState } from "react";
import { authMessage } from "@/app/_api/auth-messages";
import type { ApiError } from "@/app/_api/errors";
import { askProvider, type ProviderErrand } from "@/app/_api/provider-client";
import { Button } from "@/app/_ui/button";
import { Notice } from "@/app/_ui/notice";

interface ProviderErrandButtonProps {
  errand: ProviderErrand;
  provider: string;
  next: string;
  label: string;
  wide?: boolean;
}

/** Sends the browser to the provider; it comes back to `next`, or to the page that says what went wrong. */
export function ProviderErrandButton({ errand, provider, next, label, wide }: ProviderErrandButtonProps) {
  const [error, setError] = useState<ApiError>();
  const [pending, setPending] = useState(false);
  const go = async () => {
    setPending(true);
    setError(undefined);
    const outcome = await askProvider(errand, provider, next);
    if ("url" in outcome) return window.location.assign(outcome.url);
    setError(outcome.error);
    setPending(false);
  };
  return (
    <div className="flex flex-col items-start gap-4">
      {error && (
        <Notice tone="danger" requestId={error.status >= 500 ? error.requestId : undefined}>
          {authMessage(error)}
        </Notice>
      )}
      <Button
        size={wide ? "lg" : "md"}
        className={wide ? "w-full" : ""}
        pending={pending}
        onClick={() => void go()}
      >
        {label}
      </Button>
    </div>
  );
}
