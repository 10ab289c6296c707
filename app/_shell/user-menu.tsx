"use client";

import { clsx } from "clsx";
import { ChevronsUpDown, LogOut, ShieldCheck, UserRound } from "lucide-react";
import Link from "next/link";
import { signOut } from "@/app/_api/auth-client";
import { useMe } from "@/app/_shell/me";
import { ThemeChoice } from "@/app/_shell/theme-choice";
import { Avatar } from "@/app/_ui/avatar";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/app/_ui/menu";
import { useToast } from "@/app/_ui/toast";

/** `detailed` shows the name beside the initials, for the side bar. */
export function UserMenu({ detailed = false }: { detailed?: boolean }) {
  const { name, email } = useMe();
  const toast = useToast();
  const leave = async () => {
    const outcome = await signOut();
    // A full load, so that nothing of this account stays in memory.
    if (outcome.ok) window.location.assign("/sign-in");
    else toast({ tone: "danger", title: "You are still signed in", description: outcome.error.message });
  };
  return (
    <Menu>
      <MenuTrigger>
        <button
          type="button"
          className={clsx(
            "flex items-center gap-2.5 rounded-lg p-1.5 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover pointer-coarse:min-h-11",
            detailed && "w-full",
          )}
        >
          <Avatar name={name} />
          <span className="sr-only">Account menu of {detailed ? "" : name}</span>
          {detailed && (
            <>
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium text-sm leading-5">{name}</span>
                <span className="block truncate text-ink-faint text-xs leading-4">{email}</span>
              </span>
              <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-ink-faint" />
            </>
          )}
        </button>
      </MenuTrigger>
      <MenuContent align={detailed ? "start" : "end"} className="w-56">
        <div className="px-2 pt-1.5 pb-2">
          <p className="truncate font-medium text-sm">{name}</p>
          <p className="truncate text-ink-faint text-xs">{email}</p>
        </div>
        <MenuSeparator />
        <MenuItem asChild>
          <Link href="/account" prefetch={false}>
            <UserRound aria-hidden="true" />
            Account
          </Link>
        </MenuItem>
        <MenuItem asChild>
          <Link href="/account/security" prefetch={false}>
            <ShieldCheck aria-hidden="true" />
            Security
          </Link>
        </MenuItem>
        <MenuSeparator />
        <ThemeChoice />
        <MenuSeparator />
        <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => void leave()}>
          Sign out
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
