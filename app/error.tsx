"use client";

import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { ErrorState } from "@/app/_ui/error-state";

/** A page that failed. The message of the error stays on the server; its digest finds it in the log. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <div>
        <h1 className="sr-only">Error</h1>
        <ErrorState
          title="Something went wrong on our side"
          message="The page could not be shown. Nothing you entered elsewhere is lost."
          requestId={error.digest}
          idLabel="Reference"
          onRetry={reset}
          action={
            <Button variant="ghost" asChild>
              <Link href="/">Go to the start page</Link>
            </Button>
          }
        />
      </div>
    </main>
  );
}
