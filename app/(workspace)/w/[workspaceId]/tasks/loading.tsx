import { Card } from "@/app/_ui/card";
import { Page } from "@/app/_ui/page";
import { Skeleton, SkeletonRows } from "@/app/_ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <Skeleton className="mb-8 h-8 w-32" />
      <Skeleton className="mb-4 h-10 w-full" />
      <Skeleton className="mb-4 h-8 w-80 max-w-full" />
      <Card>
        <SkeletonRows rows={7} label="Loading tasks" />
      </Card>
    </Page>
  );
}
