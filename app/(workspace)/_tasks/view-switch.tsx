"use client";

import { clsx } from "clsx";
import { Kanban, Rows3 } from "lucide-react";

export type TaskView = "list" | "board";

const VIEWS = [
  { value: "list", label: "List", Icon: Rows3 },
  { value: "board", label: "Board", Icon: Kanban },
] as const;

/** List or board: two buttons of which one is pressed. */
export function ViewSwitch({ view, onChange }: { view: TaskView; onChange: (view: TaskView) => void }) {
  return (
    <fieldset className="flex shrink-0 gap-0.5 rounded-lg bg-sunken p-0.5">
      <legend className="sr-only">View</legend>
      {VIEWS.map(({ value, label, Icon }) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          onClick={() => onChange(value)}
          className={clsx(
            "flex h-7 items-center gap-1.5 rounded-md px-2.5 font-medium text-[0.8125rem] transition-colors pointer-coarse:h-10",
            view === value ? "bg-surface text-ink shadow-card" : "text-ink-muted hover:text-ink",
          )}
        >
          <Icon aria-hidden="true" className="size-3.5" />
          {label}
        </button>
      ))}
    </fieldset>
  );
}
