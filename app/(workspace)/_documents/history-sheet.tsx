"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { IconButton } from "@/app/_ui/icon-button";
import { SkeletonRows } from "@/app/_ui/skeleton";
import type { Document } from "@/server/features/document/schema";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { pagesOf } from "../_data/pages";
import { HistoryVersion } from "./history-version";
import { VersionList } from "./version-list";

interface HistorySheetProps {
  document: Document;
  /** Restoring would take the place of words that are not saved. */
  unsaved?: boolean;
  readOnly?: boolean;
  onRestored?: (restored: Document) => void;
  onClose: () => void;
}

/** All versions at one side, the chosen one beside them. */
export function HistorySheet({
  document,
  unsaved = false,
  readOnly = false,
  onRestored,
  onClose,
}: HistorySheetProps) {
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
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-40 flex w-full max-w-5xl animate-fade flex-col border-line border-l bg-canvas shadow-pop outline-none"
        >
          <header className="flex items-center justify-between border-line border-b bg-surface py-3 pr-3 pl-5">
            <Radix.Title className="min-w-0 truncate font-semibold text-sm">
              History of “{document.title}”
            </Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close" tooltip={false} size="sm">
                <X aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </header>
          {query.isError && !versions && (
            <Failure
              title="The history did not load"
              error={query.error}
              onRetry={() => void query.refetch()}
            />
          )}
          {!versions && !query.isError && <SkeletonRows rows={4} label="Loading versions" />}
          {versions && shown && (
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
                onRestored={(restored) => {
                  onRestored?.(restored);
                  onClose();
                }}
              />
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
