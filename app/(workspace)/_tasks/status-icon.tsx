import { clsx } from "clsx";
import type { TaskStatus } from "@/server/features/task/schema";

const TONE: Record<TaskStatus, string> = {
  todo: "text-ink-faint",
  in_progress: "text-warning-text",
  done: "text-success-text",
};

/** An empty, a half and a full circle: the shape tells as much as the colour. */
export function StatusIcon({ status, className }: { status: TaskStatus; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      fill="none"
      aria-hidden="true"
      className={clsx("size-4 shrink-0", className, TONE[status])}
    >
      {status === "done" ? (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path
            d="m5 8.2 2.1 2.1L11.1 6"
            className="stroke-surface"
            strokeWidth="1.75"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </>
      ) : (
        <>
          <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeWidth="1.5" />
          {status === "in_progress" && <path d="M8 4.25a3.75 3.75 0 0 1 0 7.5z" fill="currentColor" />}
        </>
      )}
    </svg>
  );
}
