import { Skeleton } from "@/app/_ui/skeleton";

const LINES = ["w-11/12", "w-4/5", "w-full", "w-3/4", "w-5/6", "w-1/2"];

export function DocumentSkeleton() {
  return (
    <div role="status">
      <span className="sr-only">Loading the document</span>
      <Skeleton className="h-3.5 w-20" />
      <Skeleton className="mt-3 h-8 w-80 max-w-full" />
      <div className="mt-8 flex flex-col gap-3">
        {LINES.map((width) => (
          <Skeleton key={width} className={`h-3.5 ${width}`} />
        ))}
      </div>
    </div>
  );
}
