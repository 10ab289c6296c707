"use client";

import { Crown, UserMinus } from "lucide-react";
import { useState } from "react";
import { errorOf } from "@/app/_api/errors";
import { useCan, useMe } from "@/app/_shell/me";
import { Avatar } from "@/app/_ui/avatar";
import { Badge } from "@/app/_ui/badge";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { IconButton } from "@/app/_ui/icon-button";
import { Notice } from "@/app/_ui/notice";
import { Select } from "@/app/_ui/select";
import type { Member } from "@/server/features/member/schema";
import { ROLES, roleLabel, rolesUpTo } from "./roles";
import { useMemberChanges } from "./use-member-changes";

interface MemberRowProps {
  member: Member;
  /** A personal workspace keeps its one owner. */
  fixed?: boolean;
}

/** One person; whoever holds as much may change their role, or remove them. */
export function MemberRow({ member, fixed = false }: MemberRowProps) {
  const { userId, workspaceRole } = useMe();
  const can = useCan();
  const { setRole, remove, transfer } = useMemberChanges();
  const [asks, setAsks] = useState<"remove" | "transfer" | null>(null);
  const isMe = member.userId === userId;
  const within = rolesUpTo(workspaceRole);
  const mayChange = !fixed && can("member:update") && within.some(({ value }) => value === member.role);
  const asked = asks === "transfer" ? transfer : remove;
  const error = asked.error ? errorOf(asked.error) : undefined;
  const close = () => {
    if (asked.isPending) return;
    asked.reset();
    setAsks(null);
  };
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <Avatar name={member.name} />
      <div className="min-w-0 flex-1 basis-40">
        <p className="flex items-center gap-2 font-medium text-sm">
          <span className="min-w-0 truncate">{member.name}</span>
          {isMe && <Badge>You</Badge>}
        </p>
        <p className="truncate text-[0.8125rem] text-ink-muted">{member.email}</p>
      </div>
      {mayChange ? (
        <Select
          size="sm"
          aria-label={`Role of ${member.name}`}
          value={member.role}
          disabled={setRole.isPending}
          onValueChange={(role) => setRole.mutate({ id: member.id, role })}
          options={isMe ? ROLES.slice(0, ROLES.findIndex(({ value }) => value === member.role) + 1) : within}
          className="w-28"
        />
      ) : (
        <span className="w-28 px-2.5 text-[0.8125rem] text-ink-muted">{roleLabel(member.role)}</span>
      )}
      <div className="flex min-w-8 justify-end gap-1">
        {can("member:transfer") && !isMe && (
          <IconButton label={`Make ${member.name} the owner`} size="sm" onClick={() => setAsks("transfer")}>
            <Crown aria-hidden="true" />
          </IconButton>
        )}
        {mayChange && !isMe && (
          <IconButton label={`Remove ${member.name}`} size="sm" onClick={() => setAsks("remove")}>
            <UserMinus aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <ConfirmDialog
        open={asks !== null}
        onOpenChange={close}
        title={asks === "transfer" ? `Make ${member.name} the owner?` : `Remove ${member.name}?`}
        description={
          asks === "transfer"
            ? "They become an owner, and you an admin, in one step. Only they can give it back."
            : "They are out at once, in every open window. What they made stays; their tasks are nobody's until you assign them."
        }
        confirmLabel={asks === "transfer" ? "Hand over ownership" : "Remove"}
        pending={asked.isPending}
        onConfirm={() => asked.mutate({ id: member.id }, { onSuccess: () => setAsks(null) })}
      >
        {error && (
          <Notice tone="danger" requestId={error.requestId}>
            {error.message}
          </Notice>
        )}
      </ConfirmDialog>
    </li>
  );
}
