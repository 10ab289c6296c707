import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

export function Card({ className, ...props }: ComponentProps<"div">) {
  return (
    <div className={clsx("rounded-xl border border-line bg-surface shadow-card", className)} {...props} />
  );
}

interface CardSectionProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

/** A titled card: a heading of level 2, a line about it, and its content. */
export function CardSection({ title, description, children }: CardSectionProps) {
  return (
    <section className="rounded-xl border border-line bg-surface shadow-card">
      <header className="border-line border-b px-5 py-4">
        <h2 className="font-semibold text-sm">{title}</h2>
        {description && <p className="mt-0.5 text-[0.8125rem] text-ink-muted">{description}</p>}
      </header>
      <div className="p-5">{children}</div>
    </section>
  );
}
