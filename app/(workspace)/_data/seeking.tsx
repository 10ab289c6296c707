import { EmptyState } from "@/app/_ui/empty-state";
import { Spinner } from "@/app/_ui/spinner";

/** In the place of a list that has found nothing yet, and goes on to what is older. */
export function Seeking() {
  return (
    <div role="status">
      <EmptyState icon={<Spinner />} title="Nothing so far" description="Looking through what is older …" />
    </div>
  );
}
