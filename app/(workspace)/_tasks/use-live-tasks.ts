"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import type { TaskChange } from "@/server/features/task/schema";
import { useWorkspaceId } from "../_data/use-workspace-path";
import { TaskCache } from "./task-cache";
import { useIsSeen } from "./use-is-seen";

/** Milliseconds from a change to the look for it: what comes in a burst is read once. */
const GATHER = 200;
const LONGEST_PAUSE = 30_000;

/**
 * Reads tasks again when somebody else changes them. Not while `isPaused` says that one is being carried, nor under a
 * write of our own. A lost stream is no failure to show: it comes back by itself, later each time.
 */
export function useLiveTasks(isPaused = false): void {
  const trpc = useTRPC();
  const client = useQueryClient();
  const workspaceId = useWorkspaceId();
  const isSeen = useIsSeen();
  const cache = useMemo(() => new TaskCache(client, trpc), [client, trpc]);
  const [isResting, setResting] = useState(false);
  const lost = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const untold = useRef<TaskChange[]>([]);
  const paused = useRef(isPaused);

  useEffect(() => {
    paused.current = isPaused;
  }, [isPaused]);

  const refresh = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      if (paused.current || client.isMutating() > 0) return refresh();
      const changes = untold.current.splice(0);
      // Most that a page is told of is its own doing, and by now it has the answer.
      if (changes.every((change) => isKnown(cache, change))) return;
      void client.invalidateQueries(trpc.task.pathFilter(), { cancelRefetch: false });
      void client.invalidateQueries(trpc.project.pathFilter(), { cancelRefetch: false });
    }, GATHER);
  }, [cache, client, trpc]);

  // After a refusal (too many streams, a server that starts again) nobody comes back by himself.
  const rest = useCallback((error: unknown) => {
    if ([401, 403].includes(errorOf(error).status)) return;
    setResting(true);
    setTimeout(setResting, Math.min(1_000 * 2 ** lost.current++, LONGEST_PAUSE), false);
  }, []);

  const onData = useCallback(
    ({ data }: { data: TaskChange }) => {
      lost.current = 0;
      untold.current.push(data);
      refresh();
    },
    [refresh],
  );

  useSubscription(
    trpc.task.changes.subscriptionOptions(
      { workspaceId },
      { enabled: isSeen && !isResting, onData, onError: rest },
    ),
  );
  useEffect(() => () => clearTimeout(timer.current), []);
}

/** Whether the cache is as far already. */
function isKnown(cache: TaskCache, change: TaskChange): boolean {
  if (change.kind === "reset" || change.version === null) return false;
  const known = cache.find(change.id);
  return change.kind === "deleted" ? !known : known !== undefined && known.version >= change.version;
}
