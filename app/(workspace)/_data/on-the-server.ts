import "server-only";

import { notFound } from "next/navigation";
import { requireMe, serverApi, statusOf } from "@/app/_api/server";
import { NAMED_PROJECTS, projectPages } from "./project-pages";

/** For first reads on the server: never tried again there, for the browser asks once more by itself. */
export const ONCE = { retry: false } as const;

/** Waits for what a page is about. Out of reach, or no id at all, is "not found", there or not. */
export async function reachable<Result>(reading: Promise<Result>): Promise<Result | null> {
  try {
    return await reading;
  } catch (error) {
    if ([400, 403].includes(statusOf(error))) notFound();
    return null;
  }
}

/** Who is at work in a workspace. A page renders beside its layout, so it must say "not found" for itself. */
export async function requireMember(workspaceId: string) {
  try {
    return await requireMe(workspaceId);
  } catch (error) {
    if (statusOf(error) === 403) notFound();
    throw error;
  }
}

/** For titles: what cannot be read has none. */
export async function orNull<Result>(reading: Promise<Result>): Promise<Result | null> {
  return reading.catch(() => null);
}

export type Query = Record<string, string | string[] | undefined>;

/** The query of the address as the browser will see it. */
export function toParams(query: Query): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) params.set(name, first);
  }
  return params;
}

/** Reads the projects that lists and menus name, for `useProjects`. */
export async function prefetchProjects(workspaceId: string): Promise<void> {
  const { trpc, queryClient } = await serverApi(workspaceId);
  await queryClient.prefetchInfiniteQuery({ ...projectPages(trpc.project.list, NAMED_PROJECTS), ...ONCE });
}
