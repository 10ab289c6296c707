"use client";

import dynamic from "next/dynamic";
import { useMemo } from "react";
import { useCan } from "@/app/_shell/me";
import type { Project } from "@/server/features/project/schema";
import { useSearchParamsState } from "../_data/use-search-params-state";
import { BoardSkeleton } from "./board-skeleton";
import { QuickAdd } from "./quick-add";
import { readTaskFilter } from "./task-filter";
import { TaskFilters } from "./task-filters";
import { TaskList } from "./task-list";
import { type TaskView, ViewSwitch } from "./view-switch";

// Dragging needs the browser, and its code is only loaded with the board.
const TaskBoard = dynamic(() => import("./task-board"), { ssr: false, loading: BoardSkeleton });

/** The tasks of one project, as a list or as a board; the address remembers which, and the filter. */
export function ProjectTasks({ project }: { project: Project }) {
  const [params, change] = useSearchParamsState();
  const filter = useMemo(() => ({ ...readTaskFilter(params), project: null }), [params]);
  const can = useCan();
  const view: TaskView = params.get("view") === "board" ? "board" : "list";
  const { todo, in_progress, done } = project.taskCounts;
  const defaults = useMemo(() => ({ projectId: project.id }), [project.id]);
  return (
    <div className="flex flex-col gap-4">
      {can("task:create") && <QuickAdd defaults={defaults} />}
      <div className="flex flex-wrap items-start justify-between gap-3">
        <TaskFilters
          filter={view === "board" ? { ...filter, status: null } : filter}
          onChange={change}
          withStatus={view === "list"}
        />
        <ViewSwitch view={view} onChange={(next) => change({ view: next === "board" ? "board" : null })} />
      </div>
      {view === "board" ? (
        <TaskBoard projectId={project.id} filter={filter} total={todo + in_progress + done} />
      ) : (
        <div>
          <TaskList filter={filter} projectId={project.id} />
        </div>
      )}
    </div>
  );
}
