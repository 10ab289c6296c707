"use client";

import { clsx } from "clsx";

export type EditorView = "write" | "split" | "preview";

/** On narrow screens there is no room for both: "split" is then the same as "write". */
const VIEWS = [
  { value: "write", label: "Write" },
  { value: "split", label: "Side by side" },
  { value: "preview", label: "Preview" },
] as const;

export function EditorViewSwitch({
  view,
  onChange,
}: {
  view: EditorView;
  onChange: (view: EditorView) => void;
}) {
  return (
    <fieldset className="flex gap-0.5 rounded-lg bg-sunken p-0.5">
      <legend className="sr-only">View</legend>
      {VIEWS.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          onClick={() => onChange(value)}
          className={clsx(
            "h-7 rounded-md px-2.5 font-medium text-[0.8125rem] transition-colors pointer-coarse:h-10",
            value === "split" && "max-lg:hidden",
            view === value ? "bg-surface text-ink shadow-card" : "text-ink-muted hover:text-ink",
            value === "write" && view === "split" && "max-lg:bg-surface max-lg:text-ink max-lg:shadow-card",
          )}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
