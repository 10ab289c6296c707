import { Page } from "@/app/_ui/page";
import { Skeleton } from "@/app/_ui/skeleton";
import { ProjectGridSkeleton } from "../../../_projects/project-grid-skeleton";

export default function Loading() {
  return (
    <Page>
      <Skeleton className="mb-6 h-8 w-32" />
      <Skeleton className="mb-4 h-8 w-64" />
      <ProjectGridSkeleton />
    </Page>
  );
}
