"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useMemo, useRef, useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { errorOf, issueOf } from "@/app/_api/errors";
import { Kbd } from "@/app/_ui/kbd";
import { Spinner } from "@/app/_ui/spinner";
import { useShortcuts } from "../_keyboard/use-shortcuts";
import { TaskCache } from "./task-cache";

interface QuickAddProps {
  /** Properties that a new task takes from where it is added. */
  defaults?: { projectId?: string; assigneeId?: string };
}

/** One line, Enter, the next one. What could not be added stays in the field. */
export function QuickAdd({ defaults }: QuickAddProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const cache = useMemo(() => new TaskCache(client, trpc), [client, trpc]);
  const field = useRef<HTMLInputElement>(null);
  const [title, setTitle] = useState("");
  const [said, setSaid] = useState("");
  const [problem, setProblem] = useState<string>();
  const { mutateAsync: create } = useMutation(trpc.task.create.mutationOptions());
  const [underWay, setUnderWay] = useState(0);
  useShortcuts({ n: () => field.current?.focus() });

  const add = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = title.trim();
    if (wanted === "") return;
    setTitle("");
    setProblem(undefined);
    setUnderWay((count) => count + 1);
    try {
      const task = await create({ title: wanted, ...defaults });
      cache.add(task);
      setSaid(`Added “${task.title}”`);
    } catch (error) {
      const failure = errorOf(error);
      setTitle((now) => (now === "" ? wanted : now));
      setProblem(issueOf(failure, "title") ?? failure.message);
    } finally {
      setUnderWay((count) => count - 1);
    }
  };

  return (
    <form onSubmit={(event) => void add(event)}>
      <div className="group relative flex items-center">
        <span className="pointer-events-none absolute left-3.5 text-ink-faint">
          {underWay > 0 ? <Spinner /> : <Plus aria-hidden="true" className="size-4" />}
        </span>
        <input
          ref={field}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
          maxLength={200}
          enterKeyHint="done"
          autoComplete="off"
          aria-label="Add a task"
          aria-describedby={problem ? "quick-add-problem" : undefined}
          aria-invalid={problem ? true : undefined}
          placeholder="Add a task…"
          className="control h-10 pr-12 pl-10 text-base shadow-card sm:text-sm pointer-coarse:h-11"
        />
        <span className="pointer-events-none absolute right-3 opacity-0 transition-opacity group-focus-within:opacity-0 sm:opacity-100">
          <Kbd>N</Kbd>
        </span>
      </div>
      {problem && (
        <p id="quick-add-problem" role="alert" className="mt-1.5 text-[0.8125rem] text-danger-text">
          {problem}
        </p>
      )}
      <p role="status" className="sr-only">
        {said}
      </p>
    </form>
  );
}
