"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { useRememberWorkspace } from "@/app/_shell/last-workspace";
import { BottomBar, SideNav } from "@/app/_shell/nav";
import { UserMenu } from "@/app/_shell/user-menu";
import { WorkspaceSwitcher } from "@/app/_shell/workspace-switcher";
import { Logo } from "@/app/_ui/logo";

interface AppFrameProps {
  workspaceId: string;
  /** Pages beside the workspaces, such as the account: the frame shows the workspace, but does not manage it. */
  outside?: boolean;
  children: ReactNode;
}

/** Side bar on wide screens; top and bottom bar on narrow ones. */
export function AppFrame({ workspaceId, outside = false, children }: AppFrameProps) {
  useRememberWorkspace(workspaceId, !outside);
  const switcher = <WorkspaceSwitcher workspaceId={workspaceId} manage={!outside} />;
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed top-3 left-3 z-50 -translate-y-20 rounded-lg bg-accent px-3 py-2 font-medium text-accent-ink text-sm focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 hidden h-dvh flex-col border-line border-r bg-surface md:flex">
        <div className="px-4 pt-4 pb-3">
          <Link
            href="/"
            className="inline-flex items-center gap-2 rounded-md font-semibold text-sm tracking-tight"
          >
            <Logo className="size-6" />
            Holdfast
          </Link>
        </div>
        <div className="px-2.5">{switcher}</div>
        <SideNav workspaceId={workspaceId} />
        <div className="mt-auto border-line border-t p-2.5">
          <UserMenu detailed />
        </div>
      </header>
      <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-line border-b bg-surface px-2 md:hidden">
        <div className="min-w-0 flex-1">{switcher}</div>
        <UserMenu />
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="min-w-0 pb-[calc(4.5rem+env(safe-area-inset-bottom))] outline-none md:pb-0"
      >
        {children}
      </main>
      <BottomBar workspaceId={workspaceId} />
    </div>
  );
}
