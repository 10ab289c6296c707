"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { LogOut, UserPlus } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { useCan, useMe } from "@/app/_shell/me";
import { WORKSPACES } from "@/app/_shell/workspaces";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { Skeleton } from "@/app/_ui/skeleton";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { memberPages } from "../_data/member-pages";
import { InviteDialog } from "./invite-dialog";
import { MemberRow } from "./member-row";
import { PendingInvitations } from "./pending-invitations";
import { useMemberChanges } from "./use-member-changes";

export function MembersHome() {
  const trpc = useTRPC();
  const can = useCan();
  const { workspaceId } = useMe();
  const query = useInfiniteQuery(memberPages(trpc.member.list));
  const workspaces = useQuery(trpc.workspace.list.queryOptions(WORKSPACES));
  const workspace = workspaces.data?.items.find(({ id }) => id === workspaceId);
  const { leave } = useMemberChanges();
  const [dialog, setDialog] = useState<"invite" | "leave" | null>(null);
  const isShared = workspace?.personal === false;
  const error = leave.error ? errorOf(leave.error) : undefined;
  const close = () => {
    if (leave.isPending) return;
    leave.reset();
    setDialog(null);
  };
  const members = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHeader
        title="Members"
        description={
          workspace?.personal
            ? "A personal workspace is for you alone. Make another workspace to work with others."
            : "Who is here, and what they may do."
        }
        actions={
          isShared && (
            <>
              <Button onClick={() => setDialog("leave")}>
                <LogOut aria-hidden="true" />
                Leave
              </Button>
              {can("invitation:create") && (
                <Button variant="primary" onClick={() => setDialog("invite")}>
                  <UserPlus aria-hidden="true" />
                  Invite
                </Button>
              )}
            </>
          )
        }
      />
      {query.isPending && <Skeleton className="h-40 w-full rounded-xl" />}
      {query.isError && (
        <Failure title="The members did not load" error={query.error} onRetry={() => void query.refetch()} />
      )}
      {members.length > 0 && (
        <Card>
          <ul aria-label="Members" className="divide-y divide-line">
            {members.map((member) => (
              <MemberRow key={member.id} member={member} fixed={workspace?.personal === true} />
            ))}
          </ul>
        </Card>
      )}
      <LoadMore query={query} />
      {isShared && can("invitation:read") && <PendingInvitations />}
      <InviteDialog open={dialog === "invite"} onOpenChange={(open) => setDialog(open ? "invite" : null)} />
      <ConfirmDialog
        open={dialog === "leave"}
        onOpenChange={close}
        title={`Leave “${workspace?.name ?? ""}”?`}
        description="You see nothing of it any more, unless somebody invites you again. What you made stays."
        confirmLabel="Leave workspace"
        pending={leave.isPending || leave.isSuccess}
        onConfirm={() => leave.mutate({})}
      >
        {error && (
          <Notice tone="danger" requestId={error.requestId}>
            {error.message}
          </Notice>
        )}
      </ConfirmDialog>
    </>
  );
}
