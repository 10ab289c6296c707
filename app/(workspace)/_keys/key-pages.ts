import type { useTRPC } from "@/app/_api/client";
import { pagesOf } from "@/app/_api/pages";

type Trpc = ReturnType<typeof useTRPC>;
type KeyList = Pick<Trpc["apiKey"]["list"], "queryOptions" | "infiniteQueryKey">;
type AccountList = Pick<Trpc["serviceAccount"]["list"], "queryOptions" | "infiniteQueryKey">;

const INPUT = { limit: 50 } as const;

export const keyPages = (list: KeyList) =>
  pagesOf(list.infiniteQueryKey(INPUT), (cursor) => list.queryOptions({ ...INPUT, ...cursor }));

export const accountPages = (list: AccountList) =>
  pagesOf(list.infiniteQueryKey(INPUT), (cursor) => list.queryOptions({ ...INPUT, ...cursor }));
