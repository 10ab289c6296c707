import type { Metadata } from "next";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { Page } from "@/app/_ui/page";
import { ONCE, type Query, toParams } from "../../../_data/on-the-server";
import { projectListInput, projectPages } from "../../../_data/project-pages";
import { ProjectsHome } from "../../../_projects/projects-home";

interface Props {
  params: Promise<{ workspaceId: string }>;
  searchParams: Promise<Query>;
}

export const metadata: Metadata = { title: "Projects" };

export default async function ProjectsPage({ params, searchParams }: Props) {
  const { workspaceId } = await params;
  const { trpc, queryClient } = await serverApi(workspaceId);
  const input = projectListInput(toParams(await searchParams));
  await queryClient.prefetchInfiniteQuery({ ...projectPages(trpc.project.list, input), ...ONCE });
  return (
    <Page>
      <Prefetched queryClient={queryClient}>
        <ProjectsHome />
      </Prefetched>
    </Page>
  );
}
