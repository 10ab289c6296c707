"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, Pencil, Plus, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { CreateWorkspaceDialog } from "@/app/_shell/create-workspace-dialog";
import { DeleteWorkspaceDialog } from "@/app/_shell/delete-workspace-dialog";
import { useCan } from "@/app/_shell/me";
import { RenameWorkspaceDialog } from "@/app/_shell/rename-workspace-dialog";
import { WORKSPACES } from "@/app/_shell/workspaces";
import { Avatar } from "@/app/_ui/avatar";
import { Badge } from "@/app/_ui/badge";
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuTrigger,
} from "@/app/_ui/menu";
import { Skeleton } from "@/app/_ui/skeleton";

interface WorkspaceSwitcherProps {
  workspaceId: string;
  /** Offers to rename and delete the workspace, to whoever may. */
  manage: boolean;
}

export function WorkspaceSwitcher({ workspaceId, manage }: WorkspaceSwitcherProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const can = useCan();
  const [dialog, setDialog] = useState<"create" | "rename" | "delete" | null>(null);
  const { data } = useQuery(trpc.workspace.list.queryOptions(WORKSPACES));
  const workspaces = data?.items ?? [];
  const current = workspaces.find(({ id }) => id === workspaceId);
  const close = (open: boolean) => !open && setDialog(null);
  const mayRename = manage && current && can("workspace:update");
  const mayDelete = manage && current && !current.personal && can("workspace:delete");
  return (
    <>
      <Menu>
        <MenuTrigger>
          <button
            type="button"
            className="flex h-10 w-full items-center gap-2.5 rounded-lg border border-transparent px-2 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover md:border-line"
          >
            <span className="sr-only">Workspace:</span>
            {current ? (
              <>
                <Avatar name={current.name} size="sm" shape="square" />
                <span className="min-w-0 truncate font-medium text-sm md:flex-1">{current.name}</span>
              </>
            ) : (
              <Skeleton className="h-4 w-28 md:flex-1" />
            )}
            <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-ink-faint" />
          </button>
        </MenuTrigger>
        <MenuContent className="w-72">
          <MenuRadioGroup
            value={workspaceId}
            onValueChange={(id) => router.push(`/w/${id}`)}
            aria-label="Workspaces"
          >
            <MenuLabel>Workspaces</MenuLabel>
            {workspaces.map(({ id, name, personal }) => (
              <MenuRadioItem key={id} value={id}>
                <Avatar name={name} size="sm" shape="square" />
                <span className="min-w-0 truncate">{name}</span>
                {personal && <Badge>Personal</Badge>}
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
          <MenuItem icon={<Plus aria-hidden="true" />} onSelect={() => setDialog("create")}>
            New workspace
          </MenuItem>
          {(mayRename || mayDelete) && <MenuSeparator />}
          {mayRename && (
            <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => setDialog("rename")}>
              Rename workspace
            </MenuItem>
          )}
          {mayDelete && (
            <MenuItem tone="danger" icon={<Trash2 aria-hidden="true" />} onSelect={() => setDialog("delete")}>
              Delete workspace
            </MenuItem>
          )}
        </MenuContent>
      </Menu>
      <CreateWorkspaceDialog open={dialog === "create"} onOpenChange={close} />
      {current && (
        <>
          <RenameWorkspaceDialog workspace={current} open={dialog === "rename"} onOpenChange={close} />
          <DeleteWorkspaceDialog workspace={current} open={dialog === "delete"} onOpenChange={close} />
        </>
      )}
    </>
  );
}
