"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { useCan } from "@/app/_shell/me";
import { Failure } from "../_data/failure";
import { DocumentEditor } from "./document-editor";
import { DocumentReader } from "./document-reader";
import { DocumentSkeleton } from "./document-skeleton";

/** A document: to write for those who may, to read for the others. */
export function DocumentView({ documentId }: { documentId: string }) {
  const trpc = useTRPC();
  const can = useCan();
  const query = useQuery(trpc.document.get.queryOptions({ id: documentId }));
  if (!query.data) {
    if (!query.isError) return <DocumentSkeleton />;
    return (
      <Failure title="The document did not load" error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  return can("document:update", query.data.ownerId) ? (
    <DocumentEditor key={documentId} newest={query.data} />
  ) : (
    <DocumentReader document={query.data} />
  );
}
