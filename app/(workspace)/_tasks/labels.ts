import type { TaskPriority, TaskStatus } from "@/server/features/task/schema";

/** In the order of the work, which is also the order of the board's columns. */
export const STATUSES: readonly TaskStatus[] = ["todo", "in_progress", "done"];
export const STATUS_LABEL: Record<TaskStatus, string> = {
  todo: "To do",
  in_progress: "In progress",
  done: "Done",
};

/** The most pressing first. */
export const PRIORITIES: readonly TaskPriority[] = ["urgent", "high", "normal", "low"];
export const PRIORITY_LABEL: Record<TaskPriority, string> = {
  urgent: "Urgent",
  high: "High",
  normal: "Normal",
  low: "Low",
};
