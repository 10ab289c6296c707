import type { TRPCClientError, TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { errorOf } from "@/app/_api/errors";
import type { AppRouter } from "@/server/router";

/** Where a call asks for a fresh proof: asks the person for one, then makes the call again, once. */
export function stepUpLink(stepUp: () => Promise<boolean>): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let isOver = false;
        const refused = async (error: TRPCClientError<AppRouter>) => {
          const isProven = errorOf(error).code === "STEP_UP_REQUIRED" && (await stepUp());
          if (isOver) return;
          if (isProven) subscription = begin((again) => observer.error(again));
          else observer.error(error);
        };
        const begin = (onError: (error: TRPCClientError<AppRouter>) => void) =>
          next(op).subscribe({
            next: (value) => observer.next(value),
            complete: () => observer.complete(),
            error: onError,
          });
        let subscription = begin((error) => void refused(error));
        return () => {
          isOver = true;
          subscription.unsubscribe();
        };
      });
}
