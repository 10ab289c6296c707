import type { useTRPC } from "@/app/_api/client";
import { pagesOf } from "@/app/_api/pages";
import type { ListTasks } from "@/server/features/task/schema";

type ListQuery = Pick<ReturnType<typeof useTRPC>["task"]["list"], "queryOptions" | "infiniteQueryKey">;

/** An endless list of tasks; the server component and the browser build the same key from the same input. */
export function taskPages(list: ListQuery, input: Partial<ListTasks>) {
  return pagesOf(list.infiniteQueryKey(input), (cursor) => list.queryOptions({ ...input, ...cursor }));
}
