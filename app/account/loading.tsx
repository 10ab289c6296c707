import { Card } from "@/app/_ui/card";
import { SkeletonRows } from "@/app/_ui/skeleton";

export default function AccountLoading() {
  return (
    <Card>
      <SkeletonRows rows={6} />
    </Card>
  );
}
