import type { useTRPC } from "@/app/_api/client";
import { pagesOf } from "@/app/_api/pages";

type ListQuery = Pick<ReturnType<typeof useTRPC>["invitation"]["list"], "queryOptions" | "infiniteQueryKey">;

const ALL = { limit: 100 } as const;

export function invitationPages(list: ListQuery) {
  return pagesOf(list.infiniteQueryKey(ALL), (cursor) => list.queryOptions({ ...ALL, ...cursor }));
}
