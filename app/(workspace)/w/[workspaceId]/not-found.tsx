import { Compass } from "lucide-react";
import { EmptyState } from "@/app/_ui/empty-state";
import { Page } from "@/app/_ui/page";
import { ToProjects } from "../../_data/to-projects";

/** One page for "not yours" and "not there": it tells nobody which. */
export default function NotFound() {
  return (
    <Page>
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={<Compass />}
        title="You can not see this, or it is not there"
        description="It may have been deleted, or it belongs to people who have not shared it with you. Whoever sent you the link can tell."
        action={<ToProjects />}
        className="min-h-[60dvh] justify-center"
      />
    </Page>
  );
}
