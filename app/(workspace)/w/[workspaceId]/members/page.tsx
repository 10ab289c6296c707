import type { Metadata } from "next";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { Page } from "@/app/_ui/page";
import { memberPages } from "../../../_data/member-pages";
import { ONCE } from "../../../_data/on-the-server";
import { MembersHome } from "../../../_members/members-home";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage({ params }: { params: Promise<{ workspaceId: string }> }) {
  const { workspaceId } = await params;
  const { trpc, queryClient } = await serverApi(workspaceId);
  await queryClient.prefetchInfiniteQuery({ ...memberPages(trpc.member.list), ...ONCE });
  return (
    <Page width="narrow">
      <Prefetched queryClient={queryClient}>
        <MembersHome />
      </Prefetched>
    </Page>
  );
}
