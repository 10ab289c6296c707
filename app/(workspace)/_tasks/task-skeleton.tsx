import { Skeleton } from "@/app/_ui/skeleton";

const PROPERTIES = ["w-20", "w-16", "w-24", "w-28", "w-20"];

export function TaskSkeleton() {
  return (
    <div role="status">
      <span className="sr-only">Loading the task</span>
      <Skeleton className="h-3.5 w-24" />
      <div className="mt-4 grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="flex flex-col gap-3">
          <Skeleton className="mb-3 h-8 w-3/4" />
          <Skeleton className="h-3.5 w-full" />
          <Skeleton className="h-3.5 w-11/12" />
          <Skeleton className="h-3.5 w-2/3" />
        </div>
        <div className="flex flex-col gap-4">
          {PROPERTIES.map((width, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows never move.
            <Skeleton key={row} className={`h-4 ${width}`} />
          ))}
        </div>
      </div>
    </div>
  );
}
