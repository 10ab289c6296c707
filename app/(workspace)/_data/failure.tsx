"use client";

import { errorOf } from "@/app/_api/errors";
import { ErrorState } from "@/app/_ui/error-state";

interface FailureProps {
  title: string;
  error: unknown;
  onRetry: () => void;
}

/** A list or page that did not load: what the API said, its request id, and another try. */
export function Failure({ title, error, onRetry }: FailureProps) {
  const { message, requestId, status } = errorOf(error);
  return (
    <ErrorState title={title} message={message} requestId={requestId} {...(status !== 403 && { onRetry })} />
  );
}
