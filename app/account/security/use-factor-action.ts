import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Outcome } from "@/app/_api/auth-client";
import { type ApiError, errorOf } from "@/app/_api/errors";
import { FACTORS } from "@/app/_api/factors";
import { useProven } from "@/app/_api/step-up";

/** One change of second factors at a time: asks for a fresh proof where the route does, then reads them anew. */
export function useFactorAction() {
  const proven = useProven();
  const queryClient = useQueryClient();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ApiError>();
  /** Answers the body of a success. */
  const run = async (send: () => Promise<Outcome>): Promise<unknown> => {
    if (pending) return undefined;
    setPending(true);
    setError(undefined);
    const outcome = await proven(send).catch(
      (cause: unknown): Outcome => ({ ok: false, error: errorOf(cause) }),
    );
    setPending(false);
    if (!outcome.ok) {
      // Whoever closed the dialog knows why nothing happened.
      if (outcome.error.code !== "STEP_UP_REQUIRED") setError(outcome.error);
      return undefined;
    }
    void queryClient.invalidateQueries({ queryKey: FACTORS.queryKey });
    return outcome.body;
  };
  return { run, pending, error };
}
