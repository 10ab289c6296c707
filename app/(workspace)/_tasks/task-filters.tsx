"use client";

import { X } from "lucide-react";
import { useMemo, useRef } from "react";
import { useMe } from "@/app/_shell/me";
import { Avatar } from "@/app/_ui/avatar";
import { Button } from "@/app/_ui/button";
import type { Project } from "@/server/features/project/schema";
import { FilterMenu } from "../_data/filter-menu";
import { useMembers } from "../_data/members";
import { SearchField } from "../_data/search-field";
import { useShortcuts } from "../_keyboard/use-shortcuts";
import { PRIORITY_CHOICES, STATUS_CHOICES } from "./choices";
import { DUE_LABEL, DUE_RANGES, isFiltered, type TaskFilter } from "./task-filter";

interface TaskFiltersProps {
  filter: TaskFilter;
  onChange: (changes: Record<string, string | null>) => void;
  /** The board's columns are the states, so there is nothing to choose. */
  withStatus?: boolean;
  /** Offered where tasks of several projects stand together. */
  projects?: readonly Project[];
}

const NOTHING = { status: null, priority: null, assignee: null, project: null, due: null, q: null };
const DUE_CHOICES = DUE_RANGES.map((value) => ({ value, label: DUE_LABEL[value] }));

export function TaskFilters({ filter, onChange, withStatus = true, projects }: TaskFiltersProps) {
  const { members } = useMembers();
  const { userId } = useMe();
  const search = useRef<HTMLInputElement>(null);
  useShortcuts({ "/": () => search.current?.focus() });
  const people = useMemo(
    () =>
      members.map((member) => ({
        value: member.userId === userId ? "me" : member.userId,
        label: member.userId === userId ? "Assigned to me" : member.name,
        icon: <Avatar name={member.name} size="xs" />,
      })),
    [members, userId],
  );
  const assignee = filter.assignee === userId ? "me" : filter.assignee;
  return (
    <search aria-label="Filter tasks" className="flex flex-wrap items-center gap-2">
      <SearchField
        ref={search}
        label="Search tasks"
        value={filter.q}
        onChange={(q) => onChange({ q })}
        className="w-full sm:w-56"
      />
      <div className="flex gap-2 max-sm:-mx-4 max-sm:w-screen max-sm:overflow-x-auto max-sm:px-4 max-sm:pb-1 sm:flex-wrap">
        {withStatus && (
          <FilterMenu
            name="Status"
            value={filter.status}
            choices={STATUS_CHOICES}
            onChoose={(status) => onChange({ status })}
          />
        )}
        <FilterMenu
          name="Priority"
          value={filter.priority}
          choices={PRIORITY_CHOICES}
          onChoose={(priority) => onChange({ priority })}
        />
        <FilterMenu
          name="Due"
          value={filter.due}
          choices={DUE_CHOICES}
          onChoose={(due) => onChange({ due })}
        />
        <FilterMenu
          name="Assignee"
          value={assignee}
          choices={people}
          onChoose={(next) => onChange({ assignee: next })}
        />
        {projects && projects.length > 0 && (
          <FilterMenu
            name="Project"
            value={filter.project}
            choices={projects.map(({ id, name }) => ({ value: id, label: name }))}
            onChoose={(project) => onChange({ project })}
          />
        )}
        {isFiltered(filter) && (
          <Button variant="ghost" size="sm" onClick={() => onChange(NOTHING)}>
            <X aria-hidden="true" />
            Clear
          </Button>
        )}
      </div>
    </search>
  );
}
