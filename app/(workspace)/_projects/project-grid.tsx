"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Archive, FolderKanban, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { useTRPC } from "@/app/_api/client";
import { EmptyState } from "@/app/_ui/empty-state";
import type { ListProjects } from "@/server/features/project/schema";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { projectPages } from "../_data/project-pages";
import { Seeking } from "../_data/seeking";
import { hasItems, useSeek } from "../_data/use-seek";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { focusFirstRow, moveBetweenRows } from "../_keyboard/row-keys";
import { useShortcuts } from "../_keyboard/use-shortcuts";
import { ProjectCard } from "./project-card";
import { ProjectGridSkeleton } from "./project-grid-skeleton";

interface ProjectGridProps {
  input: Partial<ListProjects>;
  /** What invites to make the first project. */
  invitation: ReactNode;
}

export function ProjectGrid({ input, invitation }: ProjectGridProps) {
  const trpc = useTRPC();
  const path = useWorkspacePath();
  const query = useInfiniteQuery({
    ...projectPages(trpc.project.list, input),
    placeholderData: (before) => before,
  });
  useShortcuts({ j: focusFirstRow, ArrowDown: focusFirstRow });
  const projects = query.data?.pages.flatMap(({ items }) => items);
  useSeek(query, hasItems);
  if (query.isError && !projects) {
    return (
      <Failure title="The projects did not load" error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  if (!projects) return <ProjectGridSkeleton />;
  if (projects.length === 0 && query.hasNextPage) return <Seeking query={query} />;
  if (projects.length === 0) return <NoProjects input={input} invitation={invitation} />;
  return (
    <>
      <ul
        aria-label="Projects"
        onKeyDown={moveBetweenRows}
        className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3"
      >
        {projects.map((project) => (
          <ProjectCard key={project.id} project={project} href={path(`/projects/${project.id}`)} />
        ))}
      </ul>
      <LoadMore query={query} />
    </>
  );
}

function NoProjects({ input, invitation }: ProjectGridProps) {
  if (input.search) {
    return <EmptyState icon={<SearchX />} title="No project matches" description="Try other words." />;
  }
  if (input.archived) {
    return (
      <EmptyState
        icon={<Archive />}
        title="Nothing in the archive"
        description="Projects that are finished can be put here, with all their tasks and documents."
      />
    );
  }
  return (
    <EmptyState
      icon={<FolderKanban />}
      title="Start with a project"
      description="A project gathers the tasks and documents of one piece of work. Everything in it stays within this workspace."
      action={invitation}
    />
  );
}
