import { clsx } from "clsx";

/** A grey shape in the place of what is loading. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={clsx("animate-pulse rounded-md bg-sunken", className)} />;
}

/** Rows of a list that is loading; says so once to screen readers. */
export function SkeletonRows({ rows = 5, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" className="divide-y divide-line">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same and never move.
        <div key={row} className="flex items-center gap-3 px-4 py-3">
          <Skeleton className="size-5 rounded-full" />
          <Skeleton className={clsx("h-3.5", ["w-1/2", "w-2/5", "w-3/5"][row % 3])} />
          <Skeleton className="ml-auto h-3.5 w-16" />
        </div>
      ))}
    </div>
  );
}
