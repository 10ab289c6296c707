import {
  infiniteQueryOptions,
  type QueryFunctionContext,
  type QueryKey,
  type SkipToken,
} from "@tanstack/react-query";

interface Page {
  nextCursor: string | null;
}

interface PageQuery<Result extends Page> {
  queryKey: QueryKey;
  // biome-ignore lint/suspicious/noExplicitAny: tRPC's key type differs by procedure; only this file passes it on.
  queryFn?: ((context: any) => Result | Promise<Result>) | SkipToken;
}

/**
 * An endless list over `{ items, nextCursor }`. tRPC's own `infiniteQueryOptions` adds `direction` to the input,
 * which our strict inputs refuse; here each page is the plain query with its cursor.
 */
export function pagesOf<Result extends Page>(
  queryKey: QueryKey,
  page: (cursor: { cursor?: string }) => PageQuery<Result>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: async (context: QueryFunctionContext<QueryKey, string | undefined>): Promise<Result> => {
      const { queryKey: pageKey, queryFn } = page(context.pageParam ? { cursor: context.pageParam } : {});
      if (typeof queryFn !== "function") throw new Error("A page was asked for without a query.");
      return queryFn({ ...context, queryKey: pageKey });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Result) => last.nextCursor ?? undefined,
  });
}
