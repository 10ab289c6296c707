"use client";

import { useEffect } from "react";

interface Pages<Page> {
  data: { pages: Page[] } | undefined;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  /** What is shown is of another search, until the first page of this one has come. */
  isPlaceholderData: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Reads on while the last page has nothing to show: a search ends a page at so many rows, whether it found something or not. */
export function useSeek<Page>(query: Pages<Page>, isToShow: (page: Page) => boolean): void {
  const { data, hasNextPage, isFetchingNextPage, isPlaceholderData, isFetchNextPageError, fetchNextPage } =
    query;
  const last = data?.pages.at(-1);
  const seeksOn = last !== undefined && !isToShow(last) && hasNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (seeksOn && !isFetchingNextPage && !isPlaceholderData) void fetchNextPage();
  }, [seeksOn, isFetchingNextPage, isPlaceholderData, fetchNextPage]);
}

/** Of a list of which all is shown. */
export const hasItems = ({ items }: { items: unknown[] }): boolean => items.length > 0;
