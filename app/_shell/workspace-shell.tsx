import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { ApiProvider } from "@/app/_api/client";
import { Prefetched } from "@/app/_api/prefetched";
import { requireMe, serverApi, statusOf } from "@/app/_api/server";
import { AppFrame } from "@/app/_shell/app-frame";
import { MeProvider } from "@/app/_shell/me";
import { WORKSPACES } from "@/app/_shell/workspaces";
import type { Me } from "@/server/features/me/schema";

/** The frame around the pages of one workspace. A workspace out of reach is "not found", there or not. */
export async function WorkspaceShell({
  workspaceId,
  children,
}: {
  workspaceId: string;
  children: ReactNode;
}) {
  const me = await meIn(workspaceId);
  const { trpc, queryClient } = await serverApi(workspaceId);
  await queryClient.prefetchQuery(trpc.workspace.list.queryOptions(WORKSPACES));
  return (
    <ApiProvider workspaceId={workspaceId}>
      <Prefetched queryClient={queryClient}>
        <MeProvider me={me}>
          <AppFrame workspaceId={workspaceId}>{children}</AppFrame>
        </MeProvider>
      </Prefetched>
    </ApiProvider>
  );
}

async function meIn(workspaceId: string): Promise<Me> {
  try {
    return await requireMe(workspaceId);
  } catch (error) {
    if ([400, 403].includes(statusOf(error))) notFound();
    throw error;
  }
}
