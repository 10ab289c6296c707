import { clsx } from "clsx";
import type { ReactNode } from "react";

interface PropertyTextProps {
  label: string;
  icon: ReactNode;
  text?: ReactNode;
  look?: "inline" | "field";
}

/** A property for people who may not change it. */
export function PropertyText({ label, icon, text, look = "inline" }: PropertyTextProps) {
  return (
    <span
      title={label}
      className={clsx(
        "inline-flex min-w-0 items-center gap-1.5 text-[0.8125rem]",
        look === "inline" ? "h-7 justify-center px-1.5 text-ink-muted" : "h-8 text-ink",
      )}
    >
      <span aria-hidden="true" className="contents">
        {icon}
        {text !== undefined && <span className="truncate">{text}</span>}
      </span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
