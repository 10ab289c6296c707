import { EmptyState } from "@/app/_ui/empty-state";
import { Spinner } from "@/app/_ui/spinner";
import { LoadMore, type MoreToLoad } from "./load-more";

/** In the place of a list that has nothing to show yet, and goes on to what is older (`useSeek`) or could not. */
export function Seeking({ query }: { query: MoreToLoad }) {
  if (query.isFetchNextPageError) return <LoadMore query={query} />;
  return (
    <div role="status">
      <EmptyState icon={<Spinner />} title="Nothing so far" description="Looking through what is older …" />
    </div>
  );
}
