import type { ReactNode } from "react";

interface PageHeaderProps {
  title: ReactNode;
  description?: ReactNode;
  /** Small line above the title, such as a link back. */
  eyebrow?: ReactNode;
  actions?: ReactNode;
}

/** The heading of a page: the only level-1 heading on it. */
export function PageHeader({ title, description, eyebrow, actions }: PageHeaderProps) {
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {eyebrow && <div className="mb-1 text-[0.8125rem] text-ink-muted">{eyebrow}</div>}
        <h1 className="break-words font-semibold text-xl tracking-tight sm:text-2xl">{title}</h1>
        {description && <p className="mt-1 max-w-prose text-ink-muted text-sm">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
