import { Page } from "@/app/_ui/page";
import { Skeleton } from "@/app/_ui/skeleton";
import { KeyListSkeleton } from "../../../_keys/key-list";

export default function Loading() {
  return (
    <Page>
      <Skeleton className="mb-6 h-8 w-32" />
      <KeyListSkeleton />
    </Page>
  );
}
