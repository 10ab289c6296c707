import { clsx } from "clsx";

interface ProgressProps {
  value: number;
  max: number;
  label: string;
  className?: string;
}

/** A bar, drawn by the browser's own element, so that it needs no inline style. */
export function Progress({ value, max, label, className }: ProgressProps) {
  return (
    <progress
      value={value}
      max={Math.max(max, 1)}
      aria-label={label}
      className={clsx(
        "block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:rounded-full [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:transition-[width]",
        className,
      )}
    />
  );
}
