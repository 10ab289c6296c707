"use client";

import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, use } from "react";
import { useTRPC } from "@/app/_api/client";
import type { Me } from "@/server/features/me/schema";

const MeContext = createContext<Me | null>(null);

/** Gives the pages below who is signed in: as the server read it at first, then as the API says. */
export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  const trpc = useTRPC();
  const { data = me } = useQuery(trpc.me.get.queryOptions());
  return <MeContext value={data}>{children}</MeContext>;
}

/** Who is signed in, with the role and permissions held in the workspace of this page. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error("useMe needs a MeProvider above it.");
  return me;
}

/**
 * Returns `can("task:update", task.ownerId)`: whether to show an action. Without an owner, whether it is held at all.
 * It only spares people a refusal; the API decides.
 */
export function useCan(): (permission: string, ownerId?: string) => boolean {
  const { permissions, userId } = useMe();
  return (permission, ownerId) => {
    const reach = permissions[permission];
    return reach === "any" || (reach === "own" && (ownerId === undefined || ownerId === userId));
  };
}
