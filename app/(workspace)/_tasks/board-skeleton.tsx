import { Skeleton } from "@/app/_ui/skeleton";

const COLUMNS = [3, 2, 1];

export function BoardSkeleton() {
  return (
    <div role="status" className="flex gap-3 overflow-hidden md:grid md:grid-cols-3">
      <span className="sr-only">Loading the board</span>
      {COLUMNS.map((cards) => (
        <div
          key={cards}
          className="w-[80vw] max-w-sm shrink-0 rounded-xl bg-sunken p-2 md:w-auto md:max-w-none"
        >
          <Skeleton className="m-1.5 mb-3 h-4 w-24 bg-hover" />
          <div className="flex flex-col gap-2">
            {Array.from({ length: cards }, (_, card) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the cards are all the same and never move.
              <Skeleton key={card} className="h-18 rounded-lg bg-surface" />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
