import { clsx } from "clsx";
import type { ReactNode } from "react";

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  description?: ReactNode;
  /** A button or link that makes the first one. */
  action?: ReactNode;
  className?: string;
}

export function EmptyState({ icon, title, description, action, className }: EmptyStateProps) {
  return (
    <div className={clsx("flex flex-col items-center px-6 py-14 text-center", className)}>
      {icon && (
        <div
          aria-hidden="true"
          className="mb-4 grid size-11 place-items-center rounded-xl border border-line bg-surface text-ink-faint shadow-card [&_svg]:size-5"
        >
          {icon}
        </div>
      )}
      <p className="font-semibold text-sm">{title}</p>
      {description && <p className="mt-1 max-w-sm text-balance text-ink-muted text-sm">{description}</p>}
      {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
