"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useMemo } from "react";
import { useTRPC } from "@/app/_api/client";
import { useMe } from "@/app/_shell/me";
import type { Member } from "@/server/features/member/schema";
import { memberPages } from "./member-pages";
import { useAllPages } from "./use-all-pages";

const MOST_PAGES = 10;

interface Members {
  /** The caller first, then by name. */
  members: readonly Member[];
  /** The name, also of one who has left. */
  nameOf: (userId: string) => string;
}

const MembersContext = createContext<Members>({ members: [], nameOf: () => "…" });

export const useMembers = (): Members => use(MembersContext);

/** Reads the people of the workspace once for all that names or offers them. */
export function MembersProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const { userId } = useMe();
  const query = useInfiniteQuery({
    ...memberPages(trpc.member.list),
    staleTime: 5 * 60_000,
  });
  useAllPages(query, MOST_PAGES);
  const pages = query.data?.pages;
  const value = useMemo(() => {
    const members = (pages?.flatMap(({ items }) => items) ?? []).sort(
      (a, b) => Number(b.userId === userId) - Number(a.userId === userId) || a.name.localeCompare(b.name),
    );
    const names = new Map(members.map((member) => [member.userId, member.name]));
    return { members, nameOf: (id: string) => names.get(id) ?? (pages ? "Former member" : "…") };
  }, [pages, userId]);
  return <MembersContext value={value}>{children}</MembersContext>;
}
