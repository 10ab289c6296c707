import type { TaskPriority, TaskStatus } from "@/server/features/task/schema";
import type { Choice } from "../_properties/choice-menu";
import { PRIORITIES, PRIORITY_LABEL, STATUS_LABEL, STATUSES } from "./labels";
import { PriorityIcon } from "./priority-icon";
import { StatusIcon } from "./status-icon";

export const STATUS_CHOICES: readonly Choice<TaskStatus>[] = STATUSES.map((value) => ({
  value,
  label: STATUS_LABEL[value],
  icon: <StatusIcon status={value} />,
}));

export const PRIORITY_CHOICES: readonly Choice<TaskPriority>[] = PRIORITIES.map((value) => ({
  value,
  label: PRIORITY_LABEL[value],
  icon: <PriorityIcon priority={value} />,
}));
