"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { useToast } from "@/app/_ui/toast";
import { useWorkspacePath } from "../_data/use-workspace-path";

export const UNTITLED = "Untitled document";

/** Makes an empty document and opens it, ready for its title. */
export function useNewDocument(projectId?: string): { make: () => void; pending: boolean } {
  const trpc = useTRPC();
  const client = useQueryClient();
  const router = useRouter();
  const path = useWorkspacePath();
  const toast = useToast();
  const create = useMutation(
    trpc.document.create.mutationOptions({
      onSuccess: (document) => {
        client.setQueryData(trpc.document.get.queryKey({ id: document.id }), document);
        void client.invalidateQueries({ ...trpc.document.list.pathFilter(), refetchType: "none" });
        router.push(path(`/documents/${document.id}`));
      },
      onError: (error) => {
        toast({ title: "The document was not made", description: errorOf(error).message, tone: "danger" });
      },
    }),
  );
  const pending = create.isPending || create.isSuccess;
  return {
    pending,
    make: () => {
      if (!pending) create.mutate({ title: UNTITLED, ...(projectId && { projectId }) });
    },
  };
}
