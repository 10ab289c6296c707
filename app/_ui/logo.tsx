import { clsx } from "clsx";

/** The mark: an H whose crossbar holds both posts fast. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={clsx("size-8", className)}>
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M10.5 8v16M21.5 8v16M10.5 13.25c0 6 11 -0.5 11 5.5"
        fill="none"
        strokeWidth="3"
        strokeLinecap="round"
        className="stroke-accent-ink"
      />
    </svg>
  );
}
