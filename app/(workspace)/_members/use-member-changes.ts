"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { useToast } from "@/app/_ui/toast";

/** Changes of who is in the workspace; afterwards people, invitations and one's own rights are read again. */
export function useMemberChanges() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const onSettled = () =>
    Promise.all(
      [trpc.member.pathFilter(), trpc.invitation.pathFilter(), trpc.me.pathFilter()].map((filter) =>
        queryClient.invalidateQueries(filter),
      ),
    );
  const onError = (error: unknown) => toast({ tone: "danger", title: errorOf(error).message });
  return {
    setRole: useMutation(trpc.member.setRole.mutationOptions({ onSettled, onError })),
    remove: useMutation(trpc.member.remove.mutationOptions({ onSettled })),
    transfer: useMutation(trpc.member.transferOwnership.mutationOptions({ onSettled })),
    revoke: useMutation(trpc.invitation.revoke.mutationOptions({ onSettled, onError })),
    // A full load: nothing that this page holds may be asked for again.
    leave: useMutation(trpc.member.leave.mutationOptions({ onSuccess: () => window.location.assign("/") })),
  };
}
