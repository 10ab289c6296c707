import { clsx } from "clsx";

const SIZE = {
  xs: "size-5 text-[0.625rem]",
  sm: "size-6 text-[0.6875rem]",
  md: "size-8 text-xs",
  lg: "size-12 text-base",
} as const;

interface AvatarProps {
  name: string;
  size?: keyof typeof SIZE;
  /** People are round, workspaces square. */
  shape?: "round" | "square";
  className?: string;
}

/** Initials. The name stands beside it in the text, so it is hidden from screen readers. */
export function Avatar({ name, size = "md", shape = "round", className }: AvatarProps) {
  return (
    <span
      aria-hidden="true"
      className={clsx(
        "inline-grid shrink-0 select-none place-items-center bg-accent-soft font-semibold text-accent-text leading-none",
        shape === "round" ? "rounded-full" : "rounded-md",
        SIZE[size],
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}
