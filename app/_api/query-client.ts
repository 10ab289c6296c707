import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { errorOf } from "@/app/_api/errors";

const AT_MOST = 2;

/** Tries again only what may pass by itself: no answer, and 503. A refusal stays a refusal. */
function retry(failures: number, error: unknown): boolean {
  const { status } = errorOf(error);
  return failures < AT_MOST && (status === 0 || status === 503);
}

export function makeQueryClient(onError?: (error: unknown) => void): QueryClient {
  return new QueryClient({
    ...(onError && {
      queryCache: new QueryCache({ onError }),
      mutationCache: new MutationCache({ onError }),
    }),
    defaultOptions: {
      // "always": offline, a call fails and says so, instead of waiting without a word.
      queries: { retry, staleTime: 15_000, networkMode: "always" },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
