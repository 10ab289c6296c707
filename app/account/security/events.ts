import type { useTRPC } from "@/app/_api/client";
import { pagesOf } from "@/app/_api/pages";

type MineQuery = Pick<
  ReturnType<typeof useTRPC>["securityEvent"]["mine"],
  "queryOptions" | "infiniteQueryKey"
>;

/** The list of my events. Server and browser use the same input, or the cache would not meet. */
export function eventPages(mine: MineQuery) {
  return pagesOf(mine.infiniteQueryKey({ limit: 25 }), (cursor) =>
    mine.queryOptions({ limit: 25, ...cursor }),
  );
}
