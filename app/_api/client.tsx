"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import { errorOf } from "@/app/_api/errors";
import { withNext } from "@/app/_api/next-path";
import { makeQueryClient } from "@/app/_api/query-client";
import { StepUpProvider, useStepUp } from "@/app/_api/step-up";
import { stepUpLink } from "@/app/_api/step-up-link";
import type { AppRouter } from "@/server/router";

const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

export { useTRPC };

interface ApiProviderProps {
  /** The workspace that every call of the pages below names; none on account pages. */
  workspaceId?: string | undefined;
  children: ReactNode;
}

/** The typed client and its cache. A cache belongs to one workspace: another workspace gets a new one. */
export function ApiProvider({ workspaceId, children }: ApiProviderProps) {
  return (
    <StepUpProvider>
      <Provider key={workspaceId ?? "account"} workspaceId={workspaceId}>
        {children}
      </Provider>
    </StepUpProvider>
  );
}

function Provider({ workspaceId, children }: ApiProviderProps) {
  const [queryClient] = useState(() => makeQueryClient(signInWhenSignedOut));
  const stepUp = useStepUp();
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        stepUpLink(stepUp),
        splitLink({
          condition: ({ type }) => type === "subscription",
          // A browser sets no headers on a stream: its cookie goes along, and its workspace is part of the input.
          true: httpSubscriptionLink({ url: "/api/trpc" }),
          false: httpBatchLink({
            url: "/api/trpc",
            maxItems: 20,
            headers: workspaceId ? { "x-workspace-id": workspaceId } : {},
          }),
        }),
      ],
    }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider queryClient={queryClient} trpcClient={trpcClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

/** The session has ended: a full load drops all that this page holds in memory. */
function signInWhenSignedOut(error: unknown): void {
  if (errorOf(error).status !== 401) return;
  const { pathname, search, hash } = window.location;
  window.location.assign(withNext("/sign-in", pathname + search) + hash);
}
