"use client";

import { clsx } from "clsx";
import { CalendarDays } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Input } from "@/app/_ui/input";
import type { TaskStatus } from "@/server/features/task/schema";
import { PropertyButton } from "../_properties/property-button";
import { PropertyText } from "../_properties/property-text";
import { addDays, dayOf, dueLabel, dueLong, instantOf } from "./due-date";
import { useToday } from "./use-today";

interface DuePopoverProps {
  dueAt: string | null;
  status: TaskStatus;
  onChoose: (dueAt: string | null) => void;
  readOnly?: boolean;
  look?: "inline" | "field";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** The day a task is due: near days at a press, any day in the browser's own date field. */
export function DuePopover({
  dueAt,
  status,
  onChoose,
  readOnly = false,
  look = "inline",
  ...state
}: DuePopoverProps) {
  const [own, setOwn] = useState(false);
  const { open = own, onOpenChange = setOwn } = state;
  const today = useToday();
  const late = dueAt !== null && today !== null && status !== "done" && dayOf(dueAt) < today;
  const words = dueAt === null ? undefined : dueLabel(dueAt, today);
  const face = {
    label:
      dueAt === null
        ? "Due date: No due date"
        : `Due date: ${words}, ${dueLong(dueAt)}${late ? ", overdue" : ""}`,
    icon: <CalendarDays aria-hidden="true" className="size-4 shrink-0" />,
    look,
    ...(words !== undefined && { text: <span className={clsx(late && "text-danger-text")}>{words}</span> }),
    ...(words === undefined && look === "field" && { text: "No due date" }),
  };
  if (readOnly) return words === undefined && look === "inline" ? null : <PropertyText {...face} />;

  const choose = (day: string | null) => {
    onOpenChange(false);
    const next = day === null ? null : instantOf(day);
    if (next !== dueAt) onChoose(next);
  };
  const near =
    today === null
      ? []
      : [
          { label: "Today", day: today },
          { label: "Tomorrow", day: addDays(today, 1) },
          { label: "In a week", day: addDays(today, 7) },
        ];
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger asChild>
        <PropertyButton {...face} quiet={dueAt === null && look === "inline"} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Due date"
          className="z-50 flex w-60 animate-pop flex-col gap-1 rounded-xl border border-line bg-raised p-2 shadow-pop outline-none"
        >
          <form
            className="flex gap-1.5 pb-1"
            onSubmit={(event) => {
              event.preventDefault();
              const day = new FormData(event.currentTarget).get("day");
              if (typeof day === "string" && day !== "") choose(day);
            }}
          >
            <Input
              type="date"
              name="day"
              aria-label="Date"
              defaultValue={dueAt === null ? "" : dayOf(dueAt)}
              min="1970-01-01"
              max="9999-12-31"
              className="min-w-0"
            />
            <Button type="submit">Set</Button>
          </form>
          {near.map(({ label, day }) => (
            <Button
              key={label}
              variant="ghost"
              size="sm"
              className="justify-between!"
              onClick={() => choose(day)}
            >
              {label}
              <span className="font-normal text-ink-faint">{dueLabel(instantOf(day), null)}</span>
            </Button>
          ))}
          {dueAt !== null && (
            <Button variant="ghost" size="sm" className="justify-start!" onClick={() => choose(null)}>
              No due date
            </Button>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
