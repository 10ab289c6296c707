import type { useTRPC } from "@/app/_api/client";
import { pagesOf } from "@/app/_api/pages";

type ListQuery = Pick<ReturnType<typeof useTRPC>["session"]["list"], "queryOptions" | "infiniteQueryKey">;

/** The list of my sessions. Server and browser use the same input, or the cache would not meet. */
export function sessionPages(list: ListQuery) {
  return pagesOf(list.infiniteQueryKey({ limit: 25 }), (cursor) =>
    list.queryOptions({ limit: 25, ...cursor }),
  );
}
