import "server-only";

import { TRPCError } from "@trpc/server";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { withNext } from "@/app/_api/next-path";
import { makeQueryClient } from "@/app/_api/query-client";
import type { Me } from "@/server/features/me/schema";
import { createContext } from "@/server/http/context";
import { appRouter } from "@/server/router";
import { getRuntime } from "@/server/runtime";

/**
 * The API for server components: the same procedures and the same guard, without the way through HTTP.
 * One per request and workspace, so that a layout and its page share what they read.
 */
export function serverApi(workspaceId?: string) {
  // `cache` tells no argument from `undefined`, and would make two.
  return apiOf(workspaceId ?? null);
}

const apiOf = cache(async (workspaceId: string | null) => {
  const context = createContext(await getRuntime(), { headers: await headers(), workspaceId });
  const queryClient = makeQueryClient();
  return {
    queryClient,
    trpc: createTRPCOptionsProxy({ ctx: context, router: appRouter, queryClient }),
    caller: appRouter.createCaller(context),
  };
});

/** The provider that people may sign in with, beside their password; null: none. */
export async function signInProvider(): Promise<{ id: string; name: string } | null> {
  return (await getRuntime()).signInProvider;
}

/** Who is signed in, or null. Any other failure is thrown, for `error.tsx`. */
export async function meOrNull(workspaceId?: string): Promise<Me | null> {
  const { queryClient, trpc } = await serverApi(workspaceId);
  try {
    return await queryClient.fetchQuery({ ...trpc.me.get.queryOptions(), retry: false });
  } catch (error) {
    if (statusOf(error) === 401) return null;
    throw error;
  }
}

/** Who is signed in; whoever is not goes to sign in, and comes back to this page. */
export async function requireMe(workspaceId?: string): Promise<Me> {
  const me = await meOrNull(workspaceId);
  if (!me) redirect(withNext("/sign-in", await requestPath()));
  return me;
}

/** The path and query of the page that is asked for, as `proxy.ts` noted it. */
async function requestPath(): Promise<string> {
  return (await headers()).get("x-holdfast-path") ?? "/";
}

/** The status that the API would answer. By shape, because the guard's classes may come from another module graph. */
export function statusOf(error: unknown): number {
  if (!(error instanceof Error)) return 500;
  if (error.name === "Unauthenticated") return 401;
  if ("answer" in error) return (error.answer as { httpStatus: number }).httpStatus;
  if (error.cause instanceof Error) return statusOf(error.cause);
  return error instanceof TRPCError && error.code === "BAD_REQUEST" ? 400 : 500;
}
