import { Compass } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";

export const metadata: Metadata = { title: "Not found" };

/** One page for "not there" and "not yours": it tells nobody which. */
export default function NotFoundPage() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <div>
        <h1 className="sr-only">Not found</h1>
        <EmptyState
          icon={<Compass />}
          title="There is nothing here for you"
          description="The page does not exist, or your account may not see it. A link may have been cut short, or your access may have ended."
          action={
            <Button variant="primary" asChild>
              <Link href="/">Go to the start page</Link>
            </Button>
          }
        />
      </div>
    </main>
  );
}
