"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTRPC } from "@/app/_api/client";
import { AppFrame } from "@/app/_shell/app-frame";
import { useLastWorkspace } from "@/app/_shell/last-workspace";
import { useMe } from "@/app/_shell/me";
import { WORKSPACES } from "@/app/_shell/workspaces";

/** The frame of the workspace that the person comes from, while it is one of theirs; else of the personal one. */
export function AccountFrame({ last, children }: { last: string; children: ReactNode }) {
  const trpc = useTRPC();
  const { personalWorkspaceId } = useMe();
  const { data } = useQuery(trpc.workspace.list.queryOptions(WORKSPACES));
  const remembered = useLastWorkspace(last);
  const isOwn = data?.items.some(({ id }) => id === remembered);
  return (
    <AppFrame workspaceId={isOwn ? remembered : personalWorkspaceId} outside>
      {children}
    </AppFrame>
  );
}
