import type { Metadata } from "next";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { Page } from "@/app/_ui/page";
import { ONCE, prefetchProjects, type Query, toParams } from "../../../_data/on-the-server";
import { documentListInput, documentPages } from "../../../_documents/document-pages";
import { DocumentsHome } from "../../../_documents/documents-home";

interface Props {
  params: Promise<{ workspaceId: string }>;
  searchParams: Promise<Query>;
}

export const metadata: Metadata = { title: "Documents" };

export default async function DocumentsPage({ params, searchParams }: Props) {
  const { workspaceId } = await params;
  const { trpc, queryClient } = await serverApi(workspaceId);
  const pages = documentPages(trpc.document.list, documentListInput(toParams(await searchParams)));
  await Promise.all([
    prefetchProjects(workspaceId),
    queryClient.prefetchInfiniteQuery({ ...pages, ...ONCE }),
  ]);
  return (
    <Page>
      <Prefetched queryClient={queryClient}>
        <DocumentsHome />
      </Prefetched>
    </Page>
  );
}
