"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { pagesOf } from "@/app/_api/pages";
import { SkeletonRows } from "@/app/_ui/skeleton";
import type { Document } from "@/server/features/document/schema";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { HistoryVersion } from "./history-version";
import { VersionList } from "./version-list";

interface HistoryBodyProps {
  document: Document;
  unsaved: boolean;
  readOnly: boolean;
  onRestored: (restored: Document) => void;
}

/** All versions at one side, the chosen one beside them. */
export function HistoryBody({ document, unsaved, readOnly, onRestored }: HistoryBodyProps) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<number>();
  const input = { id: document.id, limit: 30 };
  const query = useInfiniteQuery(
    pagesOf(trpc.document.versions.infiniteQueryKey(input), (cursor) =>
      trpc.document.versions.queryOptions({ ...input, ...cursor }),
    ),
  );
  const versions = query.data?.pages.flatMap(({ items }) => items);
  const shown = versions?.find(({ version }) => version === chosen) ?? versions?.[0];
  if (query.isError && !versions) {
    return (
      <Failure title="The history did not load" error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  if (!versions || !shown) return <SkeletonRows rows={4} label="Loading versions" />;
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row-reverse">
      <div className="max-h-[34dvh] shrink-0 overflow-y-auto border-line bg-surface max-md:border-b md:max-h-none md:w-64 md:border-l">
        <VersionList
          versions={versions}
          current={document.version}
          chosen={shown.version}
          onChoose={setChosen}
        />
        <LoadMore query={query} />
      </div>
      <HistoryVersion
        key={shown.version}
        document={document}
        version={shown.version}
        unsaved={unsaved}
        readOnly={readOnly}
        onRestored={onRestored}
      />
    </div>
  );
}
