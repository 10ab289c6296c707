import { clsx } from "clsx";
import { useMemo } from "react";
import { type DiffLine, diffLines } from "./line-diff";
import { ScrollRegion } from "./scroll-region";

const MARK: Record<DiffLine["kind"], string> = { same: " ", added: "+", removed: "−" };
const WORD: Record<DiffLine["kind"], string> = { same: "", added: "Added: ", removed: "Removed: " };
const LOOK: Record<DiffLine["kind"], string> = {
  same: "text-ink-muted",
  added: "bg-success-soft text-success-text",
  removed: "bg-danger-soft text-danger-text",
};
/** Equal lines kept around each change. */
const CONTEXT = 3;

interface DiffViewProps {
  before: string;
  after: string;
  className?: string;
}

/** What was taken away and what was added, line by line; long equal stretches are left out. */
export function DiffView({ before, after, className }: DiffViewProps) {
  const lines = useMemo(() => shorten(diffLines(before, after)), [before, after]);
  if (before === after)
    return <p className="py-6 text-center text-ink-muted text-sm">The text is the same.</p>;
  return (
    <ScrollRegion
      aria-label="Changes"
      className={clsx(
        "overflow-auto rounded-lg border border-line bg-surface py-1 font-mono text-xs leading-5",
        className,
      )}
    >
      {lines.map((line, at) =>
        line === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other identity.
          <p key={at} className="px-3 text-ink-faint">
            ⋯
          </p>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other identity.
          <p key={at} className={clsx("flex gap-2 whitespace-pre-wrap break-words px-3", LOOK[line.kind])}>
            <span aria-hidden="true" className="w-2 shrink-0 select-none">
              {MARK[line.kind]}
            </span>
            <span className="sr-only">{WORD[line.kind]}</span>
            <span className="min-w-0">{line.text || " "}</span>
          </p>
        ),
      )}
    </ScrollRegion>
  );
}

function shorten(lines: DiffLine[]): (DiffLine | null)[] {
  const near = new Uint8Array(lines.length);
  for (const [at, { kind }] of lines.entries()) {
    if (kind !== "same") near.fill(1, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
  }
  const result: (DiffLine | null)[] = [];
  for (const [at, line] of lines.entries()) {
    if (near[at]) result.push(line);
    else if (result.length === 0 || result.at(-1) !== null) result.push(null);
  }
  return result;
}
