import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { Page } from "@/app/_ui/page";
import { isId } from "../../../../_data/is-id";
import { ONCE, orNull, prefetchProjects, reachable } from "../../../../_data/on-the-server";
import { TaskView } from "../../../../_tasks/task-view";

interface Props {
  params: Promise<{ workspaceId: string; taskId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const task = await orNull(readTask(await params));
  return task ? { title: task.title } : {};
}

export default async function TaskPage({ params }: Props) {
  const { workspaceId, taskId } = await params;
  if (!isId(taskId)) notFound();
  const { queryClient } = await serverApi(workspaceId);
  await Promise.all([reachable(readTask({ workspaceId, taskId })), prefetchProjects(workspaceId)]);
  return (
    <Page>
      <Prefetched queryClient={queryClient}>
        <TaskView taskId={taskId} />
      </Prefetched>
    </Page>
  );
}

async function readTask({ workspaceId, taskId }: Awaited<Props["params"]>) {
  const { trpc, queryClient } = await serverApi(workspaceId);
  return queryClient.fetchQuery({ ...trpc.task.get.queryOptions({ id: taskId }), ...ONCE });
}
