"use client";

import { UserRound } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useCan, useMe } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import { PageHeader } from "@/app/_ui/page-header";
import { useProjects } from "../_data/use-projects";
import { QuickAdd } from "./quick-add";
import { TaskFilters } from "./task-filters";
import { TaskList } from "./task-list";
import { useTaskFilter } from "./use-task-filter";

/** Every task of the workspace. */
export function AllTasks() {
  const [filter, change] = useTaskFilter();
  const can = useCan();
  const { userId } = useMe();
  const projects = useProjects();
  const names = useMemo(() => new Map(projects.map(({ id, name }) => [id, name])), [projects]);
  const projectName = useCallback((id: string) => names.get(id), [names]);
  const mine = filter.assignee === "me";
  const defaults = useMemo(
    () => ({ ...(filter.project && { projectId: filter.project }), ...(mine && { assigneeId: userId }) }),
    [filter.project, mine, userId],
  );
  return (
    <>
      <PageHeader
        title="Tasks"
        description="Everything there is to do in this workspace."
        actions={
          <Button
            aria-pressed={mine}
            variant={mine ? "primary" : "secondary"}
            onClick={() => change({ assignee: mine ? null : "me" })}
          >
            <UserRound aria-hidden="true" />
            Assigned to me
          </Button>
        }
      />
      <div className="flex flex-col gap-4">
        {can("task:create") && <QuickAdd defaults={defaults} />}
        <TaskFilters filter={filter} onChange={change} projects={projects} />
        <div>
          <TaskList filter={filter} projectName={projectName} />
        </div>
      </div>
    </>
  );
}
