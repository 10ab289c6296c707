"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { ErrorState } from "@/app/_ui/error-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { EventRow } from "./event-row";
import { eventPages } from "./events";

export function EventList() {
  const trpc = useTRPC();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    eventPages(trpc.securityEvent.mine),
  );
  const events = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section>
      <h2 className="font-semibold text-sm">What your account did</h2>
      <p className="mt-0.5 mb-4 text-[0.8125rem] text-ink-muted">
        Newest first. If something here was not you, change your password.
      </p>
      <Card>
        {events.length > 0 && (
          <ul className="divide-y divide-line">
            {events.map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </ul>
        )}
        {!data && !error && <SkeletonRows rows={6} label="Loading your security activity" />}
        {!data && error && <ErrorState {...errorOf(error)} onRetry={() => void refetch()} />}
        {data && events.length === 0 && (
          <EmptyState
            icon={<ShieldCheck />}
            title="Nothing yet"
            description="Sign-ins, changes and refusals of your account will be listed here."
          />
        )}
      </Card>
      {hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </section>
  );
}
