"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "@/app/_api/client";
import type { Task } from "@/server/features/task/schema";
import { type Draft, useDraft, type Words } from "../_writing/use-draft";
import { TaskCache } from "./task-cache";

export type TaskDraft = Draft<Task>;

export function wordsOfTask({ title, description }: Task): Words {
  return { title, body: description };
}

/** The title and description of a task while they are written. */
export function useTaskDraft(newest: Task): TaskDraft {
  const trpc = useTRPC();
  const client = useQueryClient();
  const cache = useMemo(() => new TaskCache(client, trpc), [client, trpc]);
  const { mutateAsync: update } = useMutation(trpc.task.update.mutationOptions());
  const { id } = newest;
  return useDraft({
    newest,
    wordsOf: wordsOfTask,
    send: async ({ title, body }, version) => {
      const saved = await update({ id, version, title, description: body });
      cache.settle(saved);
      return saved;
    },
    read: () => client.fetchQuery(trpc.task.get.queryOptions({ id }, { staleTime: 0 })),
  });
}
