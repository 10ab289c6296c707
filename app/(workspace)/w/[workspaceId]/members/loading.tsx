import { Page } from "@/app/_ui/page";
import { Skeleton } from "@/app/_ui/skeleton";

export default function Loading() {
  return (
    <Page width="narrow">
      <Skeleton className="mb-6 h-8 w-32" />
      <Skeleton className="h-40 w-full rounded-xl" />
    </Page>
  );
}
