import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { useToast } from "@/app/_ui/toast";

/** What ends sessions, and reads the list again: after a failure too, for the session may be gone already. */
export function useSessionChanges() {
  const trpc = useTRPC();
  const toast = useToast();
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries(trpc.session.pathFilter());
  const revoke = useMutation(
    trpc.session.revoke.mutationOptions({
      onSettled,
      onSuccess: () => toast({ title: "The device is signed out" }),
      onError: (error) =>
        toast({
          title: "The device was not signed out",
          description: errorOf(error).message,
          tone: "danger",
        }),
    }),
  );
  const revokeOthers = useMutation(trpc.session.revokeOthers.mutationOptions({ onSettled }));
  return { revoke, revokeOthers };
}
