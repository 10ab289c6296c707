"use client";

import { useEffect } from "react";

interface Pages {
  data: { pages: unknown[] } | undefined;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Reads on until everything is there, or `most` pages are. True once it is. */
export function useAllPages(query: Pages, most: number): boolean {
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const goesOn = hasNextPage && !isFetchNextPageError && data !== undefined && data.pages.length < most;
  useEffect(() => {
    if (goesOn && !isFetchingNextPage) void fetchNextPage();
  }, [goesOn, isFetchingNextPage, fetchNextPage]);
  return data !== undefined && !goesOn;
}
