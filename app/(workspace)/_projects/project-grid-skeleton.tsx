import { Skeleton } from "@/app/_ui/skeleton";

const CARDS = ["w-1/2", "w-2/3", "w-2/5", "w-3/5", "w-1/2", "w-1/3"];

export function ProjectGridSkeleton() {
  return (
    <div role="status" className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3">
      <span className="sr-only">Loading projects</span>
      {CARDS.map((width, card) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the cards never move.
        <div key={card} className="flex min-h-40 flex-col rounded-xl border border-line bg-surface p-4">
          <Skeleton className={`h-4 ${width}`} />
          <Skeleton className="mt-3 h-3 w-4/5" />
          <Skeleton className="mt-auto h-1.5 w-full" />
          <Skeleton className="mt-3 h-3 w-24" />
        </div>
      ))}
    </div>
  );
}
