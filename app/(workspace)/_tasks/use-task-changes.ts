"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { useToast } from "@/app/_ui/toast";
import type { Task } from "@/server/features/task/schema";
import { TaskCache } from "./task-cache";

export type TaskChange = Partial<
  Pick<
    Task,
    "title" | "description" | "status" | "priority" | "dueAt" | "assigneeId" | "projectId" | "position"
  >
>;

interface Options {
  /** Told instead of a notice, by pages that show failures in their own place. */
  onFailure?: (error: unknown) => void;
}

/**
 * Changes tasks: at once on the screen, then on the server, one write per task at a time so that each sends the
 * version its predecessor made. What fails is put back and said.
 */
export function useTaskChanges({ onFailure }: Options = {}) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const toast = useToast();
  const [queues] = useState(() => new Map<string, Promise<unknown>>());
  const cache = useMemo(() => new TaskCache(client, trpc), [client, trpc]);
  const { mutateAsync: update } = useMutation(trpc.task.update.mutationOptions());
  const { mutateAsync: assign } = useMutation(trpc.task.assign.mutationOptions());
  const { mutateAsync: move } = useMutation(trpc.task.move.mutationOptions());
  const { mutateAsync: remove } = useMutation(trpc.task.delete.mutationOptions());

  return useMemo(() => {
    const inTurn = <Result>(id: string, work: () => Promise<Result>): Promise<Result> => {
      const turn = (queues.get(id) ?? Promise.resolve()).catch(() => {}).then(work);
      queues.set(id, turn);
      const done = () => {
        if (queues.get(id) === turn) queues.delete(id);
      };
      turn.then(done, done);
      return turn;
    };

    const send = (id: string, version: number, { assigneeId, projectId, position, ...rest }: TaskChange) => {
      if (assigneeId !== undefined) return assign({ id, version, assigneeId });
      if (projectId === undefined && position === undefined) return update({ id, version, ...rest });
      return move({
        id,
        version,
        ...(projectId !== undefined && { projectId }),
        ...(position !== undefined && { position }),
        ...(rest.status !== undefined && { status: rest.status }),
      });
    };

    const explain = async (task: Task, error: unknown) => {
      const { reason, message, requestId } = errorOf(error);
      if (reason === "STALE_VERSION") {
        const fresh = await client
          .fetchQuery(trpc.task.get.queryOptions({ id: task.id }, { staleTime: 0 }))
          .catch(() => null);
        if (fresh) cache.settle(fresh);
      }
      if (onFailure) return onFailure(error);
      if (reason === "STALE_VERSION") {
        toast({
          title: "Changed meanwhile",
          description: `Somebody else changed “${task.title}”. You see it as it is now.`,
        });
      } else {
        toast({
          title: "That was not saved",
          description: requestId ? `${message} (request ${requestId})` : message,
          tone: "danger",
        });
      }
    };

    return {
      cache,
      /** True when it was saved. */
      async change(task: Task, change: TaskChange): Promise<boolean> {
        const before = Object.fromEntries(Object.keys(change).map((key) => [key, task[key as keyof Task]]));
        cache.patch(task.id, change);
        try {
          const saved = await inTurn(task.id, () =>
            send(task.id, cache.find(task.id)?.version ?? task.version, change),
          );
          if (queues.has(task.id))
            cache.patch(task.id, { version: saved.version, updatedAt: saved.updatedAt });
          else cache.settle(saved);
          return true;
        } catch (error) {
          cache.patch(task.id, before);
          await explain(task, error);
          return false;
        }
      },
      async remove(task: Task): Promise<boolean> {
        try {
          await inTurn(task.id, () =>
            remove({ id: task.id, version: cache.find(task.id)?.version ?? task.version }),
          );
          cache.remove(task.id);
          return true;
        } catch (error) {
          await explain(task, error);
          return false;
        }
      },
    };
  }, [assign, cache, client, move, onFailure, queues, remove, toast, trpc, update]);
}

export type TaskChanges = ReturnType<typeof useTaskChanges>;
