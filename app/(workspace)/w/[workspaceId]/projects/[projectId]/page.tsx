import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { Page } from "@/app/_ui/page";
import { isId } from "../../../../_data/is-id";
import {
  ONCE,
  orNull,
  type Query,
  reachable,
  requireMember,
  toParams,
} from "../../../../_data/on-the-server";
import { documentListInput, documentPages } from "../../../../_documents/document-pages";
import { ProjectView } from "../../../../_projects/project-view";
import { readTaskFilter, taskListInput } from "../../../../_tasks/task-filter";
import { taskPages } from "../../../../_tasks/task-pages";

interface Props {
  params: Promise<{ workspaceId: string; projectId: string }>;
  searchParams: Promise<Query>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const project = await orNull(readProject(await params));
  return project ? { title: project.name } : {};
}

export default async function ProjectPage({ params, searchParams }: Props) {
  const { workspaceId, projectId } = await params;
  if (!isId(projectId)) notFound();
  const { trpc, queryClient } = await serverApi(workspaceId);
  const query = toParams(await searchParams);
  await Promise.all([reachable(readProject({ workspaceId, projectId })), prefetchTab()]);

  async function prefetchTab(): Promise<void> {
    if (query.get("tab") === "documents") {
      const pages = documentPages(trpc.document.list, documentListInput(query, projectId));
      await queryClient.prefetchInfiniteQuery({ ...pages, ...ONCE });
      return;
    }
    const filter = readTaskFilter(query);
    // The board reads by itself, for it is drawn in the browser; what is due depends on the reader's day.
    if (query.get("view") === "board" || filter.due) return;
    const { userId } = await requireMember(workspaceId);
    const pages = taskPages(trpc.task.list, taskListInput(filter, userId, null, projectId));
    await queryClient.prefetchInfiniteQuery({ ...pages, ...ONCE });
  }

  return (
    <Page width={query.get("view") === "board" ? "wide" : "normal"}>
      <Prefetched queryClient={queryClient}>
        <ProjectView projectId={projectId} />
      </Prefetched>
    </Page>
  );
}

async function readProject({ workspaceId, projectId }: Awaited<Props["params"]>) {
  const { trpc, queryClient } = await serverApi(workspaceId);
  return queryClient.fetchQuery({ ...trpc.project.get.queryOptions({ id: projectId }), ...ONCE });
}
