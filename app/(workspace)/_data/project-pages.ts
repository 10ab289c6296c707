import type { useTRPC } from "@/app/_api/client";
import { pagesOf } from "@/app/_api/pages";
import type { ListProjects } from "@/server/features/project/schema";

type ListQuery = Pick<ReturnType<typeof useTRPC>["project"]["list"], "queryOptions" | "infiniteQueryKey">;

export function projectPages(list: ListQuery, input: Partial<ListProjects>) {
  return pagesOf(list.infiniteQueryKey(input), (cursor) => list.queryOptions({ ...input, ...cursor }));
}

/** What the address of the projects page asks for. */
export function projectListInput(params: URLSearchParams): Partial<ListProjects> {
  const search = (params.get("q") ?? "").slice(0, 200).trim();
  return {
    limit: 48,
    ...(search && { search }),
    ...(params.get("archived") === "true" && { archived: true }),
  };
}

/** The projects that menus offer and lists name. */
export const NAMED_PROJECTS = { limit: 100 } as const;
