"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { ErrorState } from "@/app/_ui/error-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { sessionPages } from "./session-pages";
import { SessionRow } from "./session-row";
import { SignOutOthers } from "./sign-out-others";
import { useSessionChanges } from "./use-session-changes";

export function SessionList() {
  const trpc = useTRPC();
  const { revoke } = useSessionChanges();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    sessionPages(trpc.session.list),
  );
  const sessions = data?.pages.flatMap(({ items }) => items) ?? [];
  const others = sessions.filter(({ current }) => !current);
  return (
    <section>
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2 className="font-semibold text-sm">Where you are signed in</h2>
          <p className="mt-0.5 text-[0.8125rem] text-ink-muted">
            If one of these is not yours, sign it out and change your password.
          </p>
        </div>
        {others.length > 0 && <SignOutOthers />}
      </div>
      <Card>
        {sessions.length > 0 && (
          <ul className="divide-y divide-line">
            {sessions.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                pending={revoke.isPending && revoke.variables?.id === session.id}
                onRevoke={() => revoke.mutate({ id: session.id })}
              />
            ))}
          </ul>
        )}
        {!data && !error && <SkeletonRows rows={3} label="Loading your devices" />}
        {!data && error && <ErrorState {...errorOf(error)} onRetry={() => void refetch()} />}
      </Card>
      {data && !hasNextPage && others.length === 0 && (
        <p className="mt-4 text-center text-[0.8125rem] text-ink-muted">
          You are signed in on this device only.
        </p>
      )}
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
