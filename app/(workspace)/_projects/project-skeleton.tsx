import { Skeleton, SkeletonRows } from "@/app/_ui/skeleton";

export function ProjectSkeleton() {
  return (
    <div>
      <Skeleton className="h-3.5 w-16" />
      <Skeleton className="mt-2.5 h-7 w-64 max-w-full" />
      <Skeleton className="mt-3 h-3.5 w-96 max-w-full" />
      <Skeleton className="mt-6 h-1.5 w-full max-w-md" />
      <Skeleton className="mt-8 h-10 w-full" />
      <div className="mt-4 rounded-xl border border-line bg-surface">
        <SkeletonRows rows={6} label="Loading the project" />
      </div>
    </div>
  );
}
