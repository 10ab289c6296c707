"use client";

import { useDraggable } from "@dnd-kit/core";
import { clsx } from "clsx";
import type { Task, TaskStatus } from "@/server/features/task/schema";
import { IntentLink } from "../_data/intent-link";
import { BoardCardFace } from "./board-card-face";
import { MoveMenu } from "./move-menu";
import type { Step } from "./use-board";

interface BoardCardProps {
  task: Task;
  href: string;
  editable: boolean;
  /** Picked up: by the pointer, a ghost marks the place; by the keys, the card itself moves. */
  lifted: "pointer" | "keyboard" | null;
  onSend: (task: Task, to: TaskStatus | Step) => void;
}

/** The id of the text that tells how cards are moved by keyboard. */
export const BOARD_HELP = "board-help";

export function BoardCard({ task, href, editable, lifted, onSend }: BoardCardProps) {
  const { setNodeRef, listeners } = useDraggable({ id: task.id, disabled: !editable });
  return (
    <li
      ref={setNodeRef}
      {...listeners}
      data-card={task.id}
      className={clsx(
        "group relative rounded-lg border bg-surface transition-shadow",
        editable && "cursor-grab touch-manipulation",
        lifted === "pointer" && "border-line-strong border-dashed bg-transparent! [&>*]:invisible",
        lifted === "keyboard" && "border-accent shadow-pop ring-2 ring-ring",
        !lifted && "border-line shadow-card hover:border-line-strong",
      )}
    >
      <BoardCardFace
        task={task}
        title={
          <IntentLink
            href={href}
            draggable={false}
            aria-describedby={editable ? BOARD_HELP : undefined}
            className="break-words after:absolute after:inset-0 after:rounded-[inherit] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-ring focus-visible:after:outline-offset-1"
          >
            {task.title}
          </IntentLink>
        }
        action={editable && <MoveMenu task={task} onSend={onSend} />}
      />
    </li>
  );
}
