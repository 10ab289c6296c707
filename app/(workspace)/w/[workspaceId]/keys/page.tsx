import type { Metadata } from "next";
import { Prefetched } from "@/app/_api/prefetched";
import { serverApi } from "@/app/_api/server";
import { Page } from "@/app/_ui/page";
import { ONCE, requireMember } from "../../../_data/on-the-server";
import { keyPages } from "../../../_keys/key-pages";
import { KeysHome } from "../../../_keys/keys-home";

interface Props {
  params: Promise<{ workspaceId: string }>;
}

export const metadata: Metadata = { title: "API keys" };

export default async function KeysPage({ params }: Props) {
  const { workspaceId } = await params;
  await requireMember(workspaceId);
  const { trpc, queryClient } = await serverApi(workspaceId);
  await queryClient.prefetchInfiniteQuery({ ...keyPages(trpc.apiKey.list), ...ONCE });
  return (
    <Page>
      <Prefetched queryClient={queryClient}>
        <KeysHome />
      </Prefetched>
    </Page>
  );
}
