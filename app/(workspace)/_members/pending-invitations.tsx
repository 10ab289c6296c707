"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTRPC } from "@/app/_api/client";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { IconButton } from "@/app/_ui/icon-button";
import { RelativeTime } from "@/app/_ui/relative-time";
import { Skeleton } from "@/app/_ui/skeleton";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { invitationPages } from "./invitation-pages";
import { roleLabel } from "./roles";
import { useMemberChanges } from "./use-member-changes";

/** Invitations that nobody answered yet. */
export function PendingInvitations() {
  const trpc = useTRPC();
  const query = useInfiniteQuery(invitationPages(trpc.invitation.list));
  const { revoke } = useMemberChanges();
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="pending-invitations" className="mt-8">
      <h2 id="pending-invitations" className="mb-3 font-semibold text-base">
        Invitations
      </h2>
      {query.isPending && <Skeleton className="h-14 w-full rounded-xl" />}
      {query.isError && (
        <Failure
          title="The invitations did not load"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isSuccess && items.length === 0 && (
        <p className="text-ink-muted text-sm">Nobody is invited at the moment.</p>
      )}
      {items.length > 0 && (
        <Card>
          <ul className="divide-y divide-line">
            {items.map(({ id, email, role, inviterName, expiresAt, expired }) => (
              <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
                <div className="min-w-0 flex-1 basis-48">
                  <p className="truncate font-medium text-sm">{email}</p>
                  <p className="text-[0.8125rem] text-ink-muted">
                    {roleLabel(role)}, by {inviterName}
                    {!expired && (
                      <>
                        {" · ends "}
                        <RelativeTime value={expiresAt} />
                      </>
                    )}
                  </p>
                </div>
                {expired && <Badge tone="warning">Expired</Badge>}
                <IconButton
                  label={`Revoke the invitation of ${email}`}
                  size="sm"
                  pending={revoke.isPending && revoke.variables.id === id}
                  onClick={() => revoke.mutate({ id })}
                >
                  <X aria-hidden="true" />
                </IconButton>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <LoadMore query={query} />
    </section>
  );
}
