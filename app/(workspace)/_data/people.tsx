import type { ReactNode } from "react";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { memberPages } from "./member-pages";
import { MembersProvider } from "./members";
import { ONCE } from "./on-the-server";

/** Brings the members of the workspace along, so that names stand in the first paint. */
export async function People({ workspaceId, children }: { workspaceId: string; children: ReactNode }) {
  const { trpc, queryClient } = await serverApi(workspaceId);
  await queryClient.prefetchInfiniteQuery({ ...memberPages(trpc.member.list), ...ONCE });
  return (
    <Prefetched queryClient={queryClient}>
      <MembersProvider>{children}</MembersProvider>
    </Prefetched>
  );
}
