import { clsx } from "clsx";
import type { TaskPriority } from "@/server/features/task/schema";

const BARS: Record<TaskPriority, number> = { low: 1, normal: 2, high: 3, urgent: 0 };

/** One, two or three bars; urgent is a filled square with a mark. */
export function PriorityIcon({ priority, className }: { priority: TaskPriority; className?: string }) {
  const look = clsx(
    "size-4 shrink-0",
    className,
    priority === "urgent" ? "text-danger-text" : "text-ink-muted",
  );
  if (priority === "urgent") {
    return (
      <svg viewBox="0 0 16 16" aria-hidden="true" className={look}>
        <rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="currentColor" />
        <path
          d="M8 4.5v4.25M8 11.25v.05"
          className="stroke-surface"
          strokeWidth="1.75"
          strokeLinecap="round"
        />
      </svg>
    );
  }
  return (
    <svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true" className={look}>
      {[1, 2, 3].map((bar) => (
        <rect
          key={bar}
          x={bar * 4.5 - 2.5}
          y={12.5 - bar * 3}
          width="3"
          height={bar * 3 + 1}
          rx="1"
          opacity={bar <= BARS[priority] ? 1 : 0.28}
        />
      ))}
    </svg>
  );
}
