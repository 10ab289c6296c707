import { Card } from "@/app/_ui/card";
import { Page } from "@/app/_ui/page";
import { Skeleton, SkeletonRows } from "@/app/_ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <Skeleton className="mb-8 h-8 w-40" />
      <Skeleton className="mb-4 h-8 w-72 max-w-full" />
      <Card>
        <SkeletonRows rows={6} label="Loading documents" />
      </Card>
    </Page>
  );
}
