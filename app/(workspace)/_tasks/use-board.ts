"use client";

import { useCallback, useMemo, useState } from "react";
import { useCan } from "@/app/_shell/me";
import type { Task, TaskStatus } from "@/server/features/task/schema";
import { type Columns, carried, columnsOf, type Place, placeOf, wholePlace } from "./board-columns";
import { STATUS_LABEL, STATUSES } from "./labels";
import { placeAt } from "./place";
import type { TaskChanges } from "./use-task-changes";

export interface Lifted {
  task: Task;
  from: Place;
  at: Place;
  by: "pointer" | "keyboard";
}

export type Step = "up" | "down" | "left" | "right" | "top" | "bottom";

/**
 * Carrying tasks over the board, the same for pointer, keys and menu: a task is lifted, carried from place to place,
 * and put down or put back. `said` is what a screen reader hears of it.
 */
export function useBoard(all: Task[], seen: Task[], changes: TaskChanges) {
  const can = useCan();
  const [lifted, setLifted] = useState<Lifted | null>(null);
  const [said, setSaid] = useState("");
  const [sent, setSent] = useState<{ id: string } | null>(null);
  const whole = useMemo(() => columnsOf(all), [all]);
  const resting = useMemo(() => columnsOf(seen), [seen]);
  const columns = useMemo(
    () => (lifted ? carried(resting, lifted.task, lifted.at) : resting),
    [resting, lifted],
  );

  const put = (task: Task, to: Place) => {
    const from = placeOf(resting, task.id);
    if (!from || (from.status === to.status && from.index === to.index)) return;
    const { status, index } = wholePlace(whole, resting, task.id, to);
    const column = whole[status].filter(({ id }) => id !== task.id);
    const writes = placeAt(column, index, task, (row) => can("task:update", row.ownerId));
    for (const { id, position } of writes) {
      const row = id === task.id ? task : column.find((other) => other.id === id);
      if (row)
        void changes.change(row, { position, ...(id === task.id && status !== row.status && { status }) });
    }
  };

  const lift = useCallback(
    (task: Task, by: Lifted["by"]) => {
      const from = placeOf(resting, task.id);
      if (!from) return;
      setLifted({ task, from, at: from, by });
      const keys = by === "keyboard" ? " Arrow keys move it, Space puts it down, Escape puts it back." : "";
      setSaid(`Picked up “${task.title}”. ${words(resting, task, from)}.${keys}`);
    },
    [resting],
  );

  const carry = useCallback(
    (at: Place) => {
      setLifted(
        (now) => now && (now.at.status === at.status && now.at.index === at.index ? now : { ...now, at }),
      );
      if (lifted && (lifted.at.status !== at.status || lifted.at.index !== at.index)) {
        setSaid(words(resting, lifted.task, at));
      }
    },
    [lifted, resting],
  );

  const drop = () => {
    if (!lifted) return;
    put(lifted.task, lifted.at);
    // The cache tells its readers in the next task; letting go after that keeps the card where it is.
    setTimeout(() => setLifted(null));
    setSaid(`Put down “${lifted.task.title}”. ${words(resting, lifted.task, lifted.at)}.`);
  };

  const cancel = useCallback(() => {
    if (lifted) setSaid(`“${lifted.task.title}” is back in ${STATUS_LABEL[lifted.from.status]}.`);
    setLifted(null);
  }, [lifted]);

  /** Moves a task that is not lifted, from its menu. */
  const send = (task: Task, to: TaskStatus | Step) => {
    const from = placeOf(resting, task.id);
    if (!from) return;
    const place = isStep(to) ? stepped(resting, task, from, to) : { status: to, index: 0 };
    put(task, place);
    setSent({ id: task.id });
    setSaid(`Moved “${task.title}”. ${words(resting, task, place)}.`);
  };

  const step = (direction: Step) => {
    if (lifted) carry(stepped(resting, lifted.task, lifted.at, direction));
  };

  return { columns, lifted, said, sent, lift, carry, drop, cancel, send, step };
}

export type Board = ReturnType<typeof useBoard>;

function isStep(to: TaskStatus | Step): to is Step {
  return !(STATUSES as readonly string[]).includes(to);
}

/** One step on, within the board's bounds; a neighbour column keeps the height where it can. */
function stepped(columns: Columns, task: Task, at: Place, direction: Step): Place {
  const others = (status: TaskStatus) => columns[status].filter(({ id }) => id !== task.id).length;
  const aside = direction === "left" ? -1 : 1;
  switch (direction) {
    case "up":
      return { ...at, index: Math.max(0, at.index - 1) };
    case "down":
      return { ...at, index: Math.min(others(at.status), at.index + 1) };
    case "top":
      return { ...at, index: 0 };
    case "bottom":
      return { ...at, index: others(at.status) };
    case "left":
    case "right": {
      const status = STATUSES[STATUSES.indexOf(at.status) + aside];
      return status ? { status, index: Math.min(others(status), at.index) } : at;
    }
  }
}

function words(columns: Columns, task: Task, { status, index }: Place): string {
  const others = columns[status].filter(({ id }) => id !== task.id).length;
  return `${STATUS_LABEL[status]}, place ${index + 1} of ${others + 1}`;
}
