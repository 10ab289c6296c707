"use client";

import { clsx } from "clsx";
import { CircleCheckBig, CircleUserRound, FileText, FolderKanban, KeyRound, Users } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";

const PLACES = [
  { segment: "projects", label: "Projects", Icon: FolderKanban },
  { segment: "tasks", label: "Tasks", Icon: CircleCheckBig },
  { segment: "documents", label: "Documents", Icon: FileText },
  { segment: "members", label: "Members", Icon: Users },
  { segment: "keys", label: "API keys", Icon: KeyRound },
] as const;

const ACCOUNT = "/account";

function usePlaces(workspaceId: string) {
  const pathname = usePathname();
  const isWithin = (href: string) => pathname === href || pathname.startsWith(`${href}/`);
  const inWorkspace = PLACES.map(({ segment, ...place }) => {
    const href = `/w/${workspaceId}/${segment}`;
    return { ...place, href, current: isWithin(href), prefetch: null };
  });
  return [
    ...inWorkspace,
    // Its frame lists the workspaces: fetched ahead, it would not know one made meanwhile.
    {
      label: "Account",
      Icon: CircleUserRound,
      href: ACCOUNT,
      current: isWithin(ACCOUNT),
      prefetch: false,
    },
  ];
}

export function SideNav({ workspaceId }: { workspaceId: string }) {
  const places = usePlaces(workspaceId);
  return (
    <nav aria-label="Main" className="mt-4 overflow-y-auto px-2.5">
      <ul className="flex flex-col gap-0.5">
        {places.map(({ label, Icon, href, current, prefetch }) => (
          <li key={href}>
            <Link
              href={href}
              prefetch={prefetch}
              aria-current={current ? "page" : undefined}
              className={clsx(
                "flex h-9 items-center gap-2.5 rounded-lg px-2.5 font-medium text-sm transition-colors pointer-coarse:h-11",
                current ? "bg-accent-soft text-accent-text" : "text-ink-muted hover:bg-hover hover:text-ink",
              )}
            >
              <Icon aria-hidden="true" className="size-4 shrink-0" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Five places are what a phone has room for: the account is in the menu above. */
export function BottomBar({ workspaceId }: { workspaceId: string }) {
  const places = usePlaces(workspaceId).filter(({ href }) => href !== ACCOUNT);
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="grid grid-cols-5">
        {places.map(({ label, Icon, href, current, prefetch }) => (
          <li key={href}>
            <Link
              href={href}
              prefetch={prefetch}
              aria-current={current ? "page" : undefined}
              className={clsx(
                "flex h-16 flex-col items-center justify-center gap-1 font-medium text-[0.6875rem] focus-visible:-outline-offset-4",
                current ? "text-accent-text" : "text-ink-muted",
              )}
            >
              <Icon aria-hidden="true" className="size-5" strokeWidth={current ? 2.25 : 1.75} />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
