import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { WorkspaceShell } from "@/app/_shell/workspace-shell";
import { isId } from "../../_data/is-id";
import { People } from "../../_data/people";
import { ShortcutSheet } from "../../_keyboard/shortcut-sheet";

interface WorkspaceLayoutProps {
  children: ReactNode;
  params: Promise<{ workspaceId: string }>;
}

/** Everything under `/w/<id>`. Whoever may not see the workspace learns nothing of it. */
export default async function WorkspaceLayout({ children, params }: WorkspaceLayoutProps) {
  const { workspaceId } = await params;
  if (!isId(workspaceId)) notFound();
  return (
    <WorkspaceShell workspaceId={workspaceId}>
      <People workspaceId={workspaceId}>{children}</People>
      <ShortcutSheet />
    </WorkspaceShell>
  );
}
