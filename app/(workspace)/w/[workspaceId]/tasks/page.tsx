import type { Metadata } from "next";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { Page } from "@/app/_ui/page";
import { ONCE, prefetchProjects, type Query, requireMember, toParams } from "../../../_data/on-the-server";
import { AllTasks } from "../../../_tasks/all-tasks";
import { readTaskFilter, taskListInput } from "../../../_tasks/task-filter";
import { taskPages } from "../../../_tasks/task-pages";

interface Props {
  params: Promise<{ workspaceId: string }>;
  searchParams: Promise<Query>;
}

export const metadata: Metadata = { title: "Tasks" };

export default async function TasksPage({ params, searchParams }: Props) {
  const { workspaceId } = await params;
  const { trpc, queryClient } = await serverApi(workspaceId);
  const filter = readTaskFilter(toParams(await searchParams));
  const { userId } = await requireMember(workspaceId);
  const pages = taskPages(trpc.task.list, taskListInput(filter, userId, null));
  await Promise.all([
    prefetchProjects(workspaceId),
    // What is due depends on the reader's day, which the server does not know.
    filter.due ? undefined : queryClient.prefetchInfiniteQuery({ ...pages, ...ONCE }),
  ]);
  return (
    <Page>
      <Prefetched queryClient={queryClient}>
        <AllTasks />
      </Prefetched>
    </Page>
  );
}
