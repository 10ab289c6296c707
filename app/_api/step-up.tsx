"use client";

import { createContext, type ReactNode, use, useCallback, useRef, useState } from "react";
import type { Outcome } from "@/app/_api/auth-client";
import { StepUpDialog } from "@/app/_api/step-up-dialog";

const StepUpContext = createContext<() => Promise<boolean>>(() => Promise.resolve(false));

/** Returns a function that asks the person to prove who they are; it answers whether they did. */
export function useStepUp(): () => Promise<boolean> {
  return use(StepUpContext);
}

/** Makes a request to the authentication routes; where these ask for a fresh proof, asks for it and tries once more. */
export function useProven() {
  const stepUp = useStepUp();
  return useCallback(
    async (send: () => Promise<Outcome>): Promise<Outcome> => {
      const outcome = await send();
      if (outcome.ok || outcome.error.code !== "STEP_UP_REQUIRED") return outcome;
      return (await stepUp()) ? send() : outcome;
    },
    [stepUp],
  );
}

/** Asked several times at once, as by a batch of calls, it shows one dialog. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const waiting = useRef<((isProven: boolean) => void)[]>([]);
  const stepUp = useCallback(
    () =>
      new Promise<boolean>((resolve) => {
        waiting.current.push(resolve);
        setOpen(true);
      }),
    [],
  );
  const end = (isProven: boolean) => {
    setOpen(false);
    for (const resolve of waiting.current.splice(0)) resolve(isProven);
  };
  return (
    <StepUpContext value={stepUp}>
      {children}
      <StepUpDialog open={open} onEnd={end} />
    </StepUpContext>
  );
}
