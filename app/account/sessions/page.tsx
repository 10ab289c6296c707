import type { Metadata } from "next";
import { Prefetched } from "@/app/_api/prefetched";
import { requireMe, serverApi } from "@/app/_api/server";
import { SessionList } from "./session-list";
import { sessionPages } from "./session-pages";

export const metadata: Metadata = { title: "Devices" };

export default async function SessionsPage() {
  await requireMe();
  const { trpc, queryClient } = await serverApi();
  await queryClient.prefetchInfiniteQuery(sessionPages(trpc.session.list));
  return (
    <Prefetched queryClient={queryClient}>
      <SessionList />
    </Prefetched>
  );
}
