"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { FileText, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { useTRPC } from "@/app/_api/client";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import type { ListDocuments } from "@/server/features/document/schema";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { Seeking } from "../_data/seeking";
import { hasItems, useSeek } from "../_data/use-seek";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { focusFirstRow, moveBetweenRows } from "../_keyboard/row-keys";
import { useShortcuts } from "../_keyboard/use-shortcuts";
import { documentPages } from "./document-pages";
import { DocumentRow } from "./document-row";

interface DocumentListProps {
  input: Partial<ListDocuments>;
  projectName?: (id: string) => string | undefined;
  /** What invites to write the first one. */
  invitation: ReactNode;
}

export function DocumentList({ input, projectName, invitation }: DocumentListProps) {
  const trpc = useTRPC();
  const path = useWorkspacePath();
  const query = useInfiniteQuery({
    ...documentPages(trpc.document.list, input),
    placeholderData: (before) => before,
  });
  useShortcuts({ j: focusFirstRow, ArrowDown: focusFirstRow });
  const documents = query.data?.pages.flatMap(({ items }) => items);
  useSeek(query, hasItems);
  if (query.isError && !documents) {
    return (
      <Failure title="The documents did not load" error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  if (!documents) {
    return (
      <Card>
        <SkeletonRows rows={5} label="Loading documents" />
      </Card>
    );
  }
  if (documents.length === 0 && query.hasNextPage) return <Seeking query={query} />;
  if (documents.length === 0) {
    if (input.search)
      return <EmptyState icon={<SearchX />} title="No document matches" description="Try other words." />;
    return (
      <EmptyState
        icon={<FileText />}
        title="Nothing written yet"
        description="Notes, plans and decisions in Markdown. Every saved version is kept, and any can be brought back."
        action={invitation}
      />
    );
  }
  return (
    <>
      <Card>
        <ul aria-label="Documents" className="divide-y divide-line" onKeyDown={moveBetweenRows}>
          {documents.map((document) => (
            <DocumentRow
              key={document.id}
              document={document}
              href={path(`/documents/${document.id}`)}
              projectName={document.projectId ? projectName?.(document.projectId) : undefined}
            />
          ))}
        </ul>
      </Card>
      <LoadMore query={query} />
    </>
  );
}
