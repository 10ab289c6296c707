import { Page } from "@/app/_ui/page";
import { TaskSkeleton } from "../../../../_tasks/task-skeleton";

export default function Loading() {
  return (
    <Page>
      <TaskSkeleton />
    </Page>
  );
}
