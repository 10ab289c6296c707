"use client";

import { errorOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";

export interface MoreToLoad {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: () => Promise<unknown>;
}

/** The way to the next page of a list, and what to do when it did not come. */
export function LoadMore({ query }: { query: MoreToLoad }) {
  if (!query.hasNextPage) return null;
  return (
    <div className="flex flex-col items-center gap-2 py-4">
      {query.isFetchNextPageError && (
        <p role="alert" className="text-[0.8125rem] text-danger-text">
          {errorOf(query.error).message}
        </p>
      )}
      <Button pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {query.isFetchNextPageError ? "Try again" : "Load more"}
      </Button>
    </div>
  );
}
