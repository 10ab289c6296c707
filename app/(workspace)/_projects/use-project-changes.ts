"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import type { Project } from "@/server/features/project/schema";

/** The writes on one project. After a refusal because of its version, the newest one is read at once. */
export function useProjectChanges(project: Project) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const key = trpc.project.get.queryKey({ id: project.id });
  const keep = (saved: Project) => {
    client.setQueryData(key, saved);
    void client.invalidateQueries(trpc.project.list.pathFilter());
  };
  const onError = (error: unknown) => {
    if (errorOf(error).reason === "STALE_VERSION") void client.invalidateQueries({ queryKey: key });
  };
  return {
    update: useMutation(trpc.project.update.mutationOptions({ onSuccess: keep, onError })),
    archive: useMutation(trpc.project.archive.mutationOptions({ onSuccess: keep, onError })),
    remove: useMutation(
      trpc.project.delete.mutationOptions({
        onSuccess: () => {
          void client.invalidateQueries(trpc.project.list.pathFilter());
          void client.invalidateQueries({ ...trpc.task.pathFilter(), refetchType: "none" });
          void client.invalidateQueries({ ...trpc.document.pathFilter(), refetchType: "none" });
        },
        onError,
      }),
    ),
  };
}
