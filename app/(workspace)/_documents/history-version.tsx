"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import { Skeleton } from "@/app/_ui/skeleton";
import { useToast } from "@/app/_ui/toast";
import type { Document } from "@/server/features/document/schema";
import { Failure } from "../_data/failure";
import { DiffView } from "../_writing/diff-view";
import { MarkdownView } from "../_writing/markdown-view";
import { ScrollRegion } from "../_writing/scroll-region";

interface HistoryVersionProps {
  document: Document;
  version: number;
  unsaved: boolean;
  readOnly: boolean;
  onRestored: (restored: Document) => void;
}

/** One version as it was, or against the text of now; and the way to bring it back. */
export function HistoryVersion({ document, version, unsaved, readOnly, onRestored }: HistoryVersionProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const toast = useToast();
  const [comparing, setComparing] = useState(false);
  const [asking, setAsking] = useState(false);
  const query = useQuery(
    trpc.document.get.queryOptions({ id: document.id, version }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  const restore = useMutation(
    trpc.document.restore.mutationOptions({
      onSuccess: (restored) => {
        client.setQueryData(trpc.document.get.queryKey({ id: document.id }), restored);
        void client.invalidateQueries({ ...trpc.document.list.pathFilter(), refetchType: "none" });
        void client.invalidateQueries(trpc.document.versions.pathFilter());
        toast({ title: `Version ${version} is back` });
        onRestored(restored);
      },
      onError: () =>
        void client.invalidateQueries({ queryKey: trpc.document.get.queryKey({ id: document.id }) }),
    }),
  );
  const isNow = version === document.version;
  const failure = restore.error ? errorOf(restore.error) : undefined;
  const stale = failure?.reason === "STALE_VERSION";
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex min-h-13 flex-wrap items-center justify-between gap-3 border-line border-b px-5 py-2">
        {isNow ? (
          <p className="text-[0.8125rem] text-ink-muted">The document as it is now.</p>
        ) : (
          <Checkbox
            checked={comparing}
            onCheckedChange={(next) => setComparing(next === true)}
            label="What changed since then"
          />
        )}
        {!isNow && !readOnly && (
          <Button size="sm" disabled={unsaved || !query.data} onClick={() => setAsking(true)}>
            <RotateCcw aria-hidden="true" />
            Restore this version
          </Button>
        )}
        {!isNow && !readOnly && unsaved && (
          <p className="w-full text-[0.8125rem] text-ink-muted">
            Save what you wrote before you restore a version.
          </p>
        )}
      </div>
      <ScrollRegion
        aria-label={`Version ${version}`}
        className="min-h-0 flex-1 overflow-y-auto px-5 py-5 sm:px-8 focus-visible:-outline-offset-2"
      >
        {query.isError && (
          <Failure
            title="This version did not load"
            error={query.error}
            onRetry={() => void query.refetch()}
          />
        )}
        {query.isPending && <Skeleton className="h-40 w-full" />}
        {query.data && comparing && !isNow && <DiffView before={query.data.body} after={document.body} />}
        {query.data && !(comparing && !isNow) && (
          <>
            <p className="mb-4 break-words font-semibold text-xl tracking-tight">{query.data.title}</p>
            {query.data.body ? (
              <MarkdownView text={query.data.body} />
            ) : (
              <p className="text-ink-faint">No text.</p>
            )}
          </>
        )}
      </ScrollRegion>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Restore version ${version}?`}
        description="Its title and text become the newest version. What is there now stays in the history."
        confirmLabel="Restore"
        tone="primary"
        pending={restore.isPending}
        onConfirm={() => restore.mutate({ id: document.id, to: version, version: document.version })}
      >
        {failure && (
          <Notice tone={stale ? "info" : "danger"} requestId={failure.requestId}>
            {stale ? "Somebody saved a newer version meanwhile. Restore all the same?" : failure.message}
          </Notice>
        )}
      </ConfirmDialog>
    </div>
  );
}
