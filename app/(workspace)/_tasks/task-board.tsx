"use client";

import {
  DndContext,
  DragOverlay,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { useTRPC } from "@/app/_api/client";
import { useMe } from "@/app/_shell/me";
import { Progress } from "@/app/_ui/progress";
import { Failure } from "../_data/failure";
import { useAllPages } from "../_data/use-all-pages";
import { BOARD_HELP } from "./board-card";
import { BoardCardFace } from "./board-card-face";
import { BoardColumn } from "./board-column";
import { filterTasks } from "./board-columns";
import { BoardSkeleton } from "./board-skeleton";
import { STATUSES } from "./labels";
import { placeUnder } from "./place-under";
import type { TaskFilter } from "./task-filter";
import { taskPages } from "./task-pages";
import { useBoard } from "./use-board";
import { useBoardKeys } from "./use-board-keys";
import { useLiveTasks } from "./use-live-tasks";
import { useTaskChanges } from "./use-task-changes";
import { useToday } from "./use-today";

const MOST_PAGES = 20;
/** dnd-kit would read out ids; the board has words of its own. */
const SILENT = {
  announcements: { onDragStart: none, onDragOver: none, onDragEnd: none, onDragCancel: none },
  screenReaderInstructions: { draggable: "" },
  restoreFocus: false,
};
function none(): undefined {}

interface TaskBoardProps {
  projectId: string;
  filter: TaskFilter;
  /** How many tasks the project has, for the progress of loading them. */
  total: number;
}

export default function TaskBoard({ projectId, filter, total }: TaskBoardProps) {
  const trpc = useTRPC();
  const { userId } = useMe();
  const today = useToday();
  const changes = useTaskChanges();
  const query = useInfiniteQuery(taskPages(trpc.task.list, { projectId, limit: 100 }));
  const complete = useAllPages(query, MOST_PAGES);
  const all = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const seen = useMemo(() => filterTasks(all, filter, userId, today), [all, filter, userId, today]);
  const board = useBoard(all, seen, changes);
  const { columns, lifted, said, lift, carry, drop, cancel, send } = board;
  useLiveTasks(lifted !== null);
  const element = useRef<HTMLDivElement>(null);
  const onKeyDown = useBoardKeys(board, element);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
  );

  if (query.isError && !query.data) {
    return (
      <Failure title="The board did not load" error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  if (!query.data) return <BoardSkeleton />;
  return (
    <>
      {!complete && (
        <Progress
          value={all.length}
          max={Math.max(total, all.length + 1)}
          label="Loading tasks"
          className="mb-3"
        />
      )}
      <p id={BOARD_HELP} hidden>
        Press Space to pick up the task and move it with the arrow keys.
      </p>
      <p role="status" aria-live="assertive" className="sr-only">
        {said}
      </p>
      <DndContext
        sensors={sensors}
        collisionDetection={pointerWithin}
        accessibility={SILENT}
        onDragStart={({ active }) => {
          const task = all.find(({ id }) => id === active.id);
          if (task) lift(task, "pointer");
        }}
        onDragMove={({ active }) => {
          const rect = active.rect.current.translated;
          const place = rect && element.current && placeUnder(element.current, rect, String(active.id));
          if (place) carry(place);
        }}
        onDragEnd={drop}
        onDragCancel={cancel}
      >
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys act on the card that has the focus. */}
        <div
          ref={element}
          onKeyDown={onKeyDown}
          className="relative -mx-4 flex snap-x snap-mandatory gap-3 overflow-x-auto px-4 pb-2 md:mx-0 md:grid md:snap-none md:grid-cols-3 md:overflow-visible md:px-0"
        >
          {STATUSES.map((status) => (
            <BoardColumn key={status} status={status} tasks={columns[status]} lifted={lifted} onSend={send} />
          ))}
        </div>
        <DragOverlay dropAnimation={null}>
          {lifted?.by === "pointer" && (
            <div className="rotate-1 cursor-grabbing rounded-lg border border-line-strong bg-raised shadow-pop">
              <BoardCardFace
                task={lifted.task}
                title={<span className="break-words">{lifted.task.title}</span>}
              />
            </div>
          )}
        </DragOverlay>
      </DndContext>
    </>
  );
}
