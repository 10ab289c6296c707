"use client";

import { History } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageHeader } from "@/app/_ui/page-header";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { Document } from "@/server/features/document/schema";
import { useMembers } from "../_data/members";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { MarkdownView } from "../_writing/markdown-view";
import { HistorySheet } from "./history-sheet";

/** For those who may read, but not write. */
export function DocumentReader({ document }: { document: Document }) {
  const path = useWorkspacePath();
  const { nameOf } = useMembers();
  const [history, setHistory] = useState(false);
  return (
    <article className="mx-auto max-w-3xl">
      <PageHeader
        eyebrow={
          <Link href={path("/documents")} className="rounded hover:text-ink">
            Documents
          </Link>
        }
        title={document.title}
        description={
          <>
            {nameOf(document.ownerId)} · version {document.version},{" "}
            <RelativeTime value={document.updatedAt} />
          </>
        }
        actions={
          <Button onClick={() => setHistory(true)}>
            <History aria-hidden="true" />
            History
          </Button>
        }
      />
      {document.body ? (
        <MarkdownView text={document.body} />
      ) : (
        <EmptyState title="Nothing is written here yet" />
      )}
      <HistorySheet document={document} open={history} readOnly onClose={() => setHistory(false)} />
    </article>
  );
}
