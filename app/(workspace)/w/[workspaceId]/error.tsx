"use client";

import { errorOf, UNREACHABLE } from "@/app/_api/errors";
import { ErrorState } from "@/app/_ui/error-state";
import { Page } from "@/app/_ui/page";

interface ErrorPageProps {
  error: unknown;
  retry: () => void;
}

/** A page of the workspace that failed; the shell around it goes on working. */
export default function ErrorPage({ error, retry }: ErrorPageProps) {
  const known = errorOf(error);
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  return (
    <Page>
      <ErrorState
        title="This page could not be shown"
        message={
          known === UNREACHABLE ? "Something went wrong on our side. What you saved is safe." : known.message
        }
        requestId={known.requestId ?? digest}
        onRetry={retry}
      />
    </Page>
  );
}
