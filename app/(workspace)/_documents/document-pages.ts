import type { useTRPC } from "@/app/_api/client";
import { pagesOf } from "@/app/_api/pages";
import type { ListDocuments } from "@/server/features/document/schema";

type ListQuery = Pick<ReturnType<typeof useTRPC>["document"]["list"], "queryOptions" | "infiniteQueryKey">;

export function documentPages(list: ListQuery, input: Partial<ListDocuments>) {
  return pagesOf(list.infiniteQueryKey(input), (cursor) => list.queryOptions({ ...input, ...cursor }));
}

/** What the address asks for; within a project, that project's. */
export function documentListInput(params: URLSearchParams, projectId?: string): Partial<ListDocuments> {
  const search = (params.get("q") ?? "").slice(0, 200).trim();
  return { limit: 50, ...(projectId && { projectId }), ...(search && { search }) };
}
