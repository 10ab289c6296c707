import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { Page } from "@/app/_ui/page";
import { isId } from "../../../../_data/is-id";
import { ONCE, orNull, prefetchProjects, reachable } from "../../../../_data/on-the-server";
import { DocumentView } from "../../../../_documents/document-view";

interface Props {
  params: Promise<{ workspaceId: string; documentId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const document = await orNull(readDocument(await params));
  return document ? { title: document.title } : {};
}

export default async function DocumentPage({ params }: Props) {
  const { workspaceId, documentId } = await params;
  if (!isId(documentId)) notFound();
  const { queryClient } = await serverApi(workspaceId);
  await Promise.all([reachable(readDocument({ workspaceId, documentId })), prefetchProjects(workspaceId)]);
  return (
    <Page width="wide">
      <Prefetched queryClient={queryClient}>
        <DocumentView documentId={documentId} />
      </Prefetched>
    </Page>
  );
}

async function readDocument({ workspaceId, documentId }: Awaited<Props["params"]>) {
  const { trpc, queryClient } = await serverApi(workspaceId);
  return queryClient.fetchQuery({ ...trpc.document.get.queryOptions({ id: documentId }), ...ONCE });
}
