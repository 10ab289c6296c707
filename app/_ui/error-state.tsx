"use client";

import { clsx } from "clsx";
import { RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";

interface ErrorStateProps {
  title?: string;
  message: string;
  requestId?: string | undefined;
  /** What the id is called, where it is not that of a request. */
  idLabel?: string;
  onRetry?: (() => void) | undefined;
  action?: ReactNode;
  className?: string;
}

/** What went wrong, the id that support can look up, and a way on. */
export function ErrorState({
  title = "This did not load",
  message,
  requestId,
  idLabel = "Request",
  onRetry,
  action,
  className,
}: ErrorStateProps) {
  return (
    <div role="alert" className={clsx("flex flex-col items-center px-6 py-14 text-center", className)}>
      <div
        aria-hidden="true"
        className="mb-4 grid size-11 place-items-center rounded-xl bg-danger-soft text-danger-text [&_svg]:size-5"
      >
        <TriangleAlert />
      </div>
      <p className="font-semibold text-sm">{title}</p>
      <p className="mt-1 max-w-sm text-balance text-ink-muted text-sm">{message}</p>
      {(onRetry || action) && (
        <div className="mt-5 flex flex-wrap justify-center gap-2">
          {onRetry && (
            <Button onClick={onRetry}>
              <RotateCw aria-hidden="true" />
              Try again
            </Button>
          )}
          {action}
        </div>
      )}
      {requestId && (
        <p className="mt-5 text-ink-faint text-xs">
          {idLabel} <code className="select-all break-all font-mono">{requestId}</code>
        </p>
      )}
    </div>
  );
}
