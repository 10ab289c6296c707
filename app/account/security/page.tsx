import type { Metadata } from "next";
import { Prefetched } from "@/app/_api/prefetched";
import { requireMe, serverApi } from "@/app/_api/server";
import { EventList } from "./event-list";
import { eventPages } from "./events";
import { FactorSections } from "./factor-sections";

export const metadata: Metadata = { title: "Security" };

export default async function SecurityPage() {
  await requireMe();
  const { trpc, queryClient } = await serverApi();
  await queryClient.prefetchInfiniteQuery(eventPages(trpc.securityEvent.mine));
  return (
    <Prefetched queryClient={queryClient}>
      <div className="flex flex-col gap-6">
        <FactorSections />
        <EventList />
      </div>
    </Prefetched>
  );
}
