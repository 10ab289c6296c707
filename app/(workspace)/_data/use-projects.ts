"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "@/app/_api/client";
import type { Project } from "@/server/features/project/schema";
import { NAMED_PROJECTS, projectPages } from "./project-pages";
import { useAllPages } from "./use-all-pages";

const MOST_PAGES = 5;
const NONE: Project[] = [];

/** The projects that are not archived, newest first: for choosing one, and for naming a task's. */
export function useProjects(): Project[] {
  const trpc = useTRPC();
  const query = useInfiniteQuery({
    ...projectPages(trpc.project.list, NAMED_PROJECTS),
    staleTime: 60_000,
  });
  useAllPages(query, MOST_PAGES);
  const pages = query.data?.pages;
  return useMemo(() => pages?.flatMap(({ items }) => items) ?? NONE, [pages]);
}
