import { Page } from "@/app/_ui/page";
import { ProjectSkeleton } from "../../../../_projects/project-skeleton";

export default function Loading() {
  return (
    <Page>
      <ProjectSkeleton />
    </Page>
  );
}
