"use client";

import { ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpToLine, Ellipsis } from "lucide-react";
import { IconButton } from "@/app/_ui/icon-button";
import { Menu, MenuContent, MenuItem, MenuLabel, MenuSeparator, MenuTrigger } from "@/app/_ui/menu";
import type { Task, TaskStatus } from "@/server/features/task/schema";
import { STATUS_LABEL, STATUSES } from "./labels";
import { StatusIcon } from "./status-icon";
import type { Step } from "./use-board";

const STEPS = [
  { to: "up", label: "Up", Icon: ArrowUp },
  { to: "down", label: "Down", Icon: ArrowDown },
  { to: "top", label: "To the top", Icon: ArrowUpToLine },
  { to: "bottom", label: "To the bottom", Icon: ArrowDownToLine },
] as const;

interface MoveMenuProps {
  task: Task;
  onSend: (task: Task, to: TaskStatus | Step) => void;
}

/** All that dragging can do, without dragging (WCAG 2.5.7). */
export function MoveMenu({ task, onSend }: MoveMenuProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps presses here from starting a drag.
    <span
      className="relative z-10 -mt-1 shrink-0 opacity-0 transition-opacity focus-within:opacity-100 group-hover:opacity-100 has-aria-expanded:opacity-100 pointer-coarse:opacity-100"
      onMouseDown={(event) => event.stopPropagation()}
      onTouchStart={(event) => event.stopPropagation()}
    >
      <Menu>
        <MenuTrigger>
          <IconButton label={`Move “${task.title}”`} tooltip={false} size="sm" className="size-7! min-h-7!">
            <Ellipsis aria-hidden="true" />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end" aria-label="Move to">
          <MenuLabel>Move to</MenuLabel>
          {STATUSES.filter((status) => status !== task.status).map((status) => (
            <MenuItem
              key={status}
              icon={<StatusIcon status={status} />}
              onSelect={() => onSend(task, status)}
            >
              {STATUS_LABEL[status]}
            </MenuItem>
          ))}
          <MenuSeparator />
          {STEPS.map(({ to, label, Icon }) => (
            <MenuItem key={to} icon={<Icon aria-hidden="true" />} onSelect={() => onSend(task, to)}>
              {label}
            </MenuItem>
          ))}
        </MenuContent>
      </Menu>
    </span>
  );
}
