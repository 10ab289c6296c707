"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { useToast } from "@/app/_ui/toast";
import type { Document } from "@/server/features/document/schema";
import { ProjectMenu } from "../_properties/project-menu";

/** Moves the document to another project; the words being written are not touched. */
export function DocumentProject({ document }: { document: Document }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const toast = useToast();
  const move = useMutation(
    trpc.document.update.mutationOptions({
      onSuccess: (saved) => {
        client.setQueryData(trpc.document.get.queryKey({ id: saved.id }), saved);
        void client.invalidateQueries({ ...trpc.document.list.pathFilter(), refetchType: "none" });
        void client.invalidateQueries(trpc.document.versions.pathFilter());
      },
      onError: (error) => {
        const { reason, message } = errorOf(error);
        void client.invalidateQueries({ queryKey: trpc.document.get.queryKey({ id: document.id }) });
        if (reason === "STALE_VERSION") {
          toast({
            title: "Changed meanwhile",
            description: "Somebody else saved this document. Try once more.",
          });
        } else toast({ title: "The document was not moved", description: message, tone: "danger" });
      },
    }),
  );
  return (
    <ProjectMenu
      projectId={move.isPending ? (move.variables.projectId ?? null) : document.projectId}
      onChoose={(projectId) => move.mutate({ id: document.id, version: document.version, projectId })}
    />
  );
}
