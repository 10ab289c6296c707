import { CircleSlash } from "lucide-react";
import Link from "next/link";
import { Button } from "@/app/_ui/button";

interface LinkEndedProps {
  text: string;
  /** Where another letter can be asked for. */
  again: "/forgot" | "/verify";
  label: string;
}

/** A link of a letter that does nothing any more, and the way to a new one. */
export function LinkEnded({ text, again, label }: LinkEndedProps) {
  return (
    <div role="alert">
      <CircleSlash aria-hidden="true" className="mb-3 size-6 text-danger-text" />
      <h1 className="font-semibold text-xl tracking-tight">This link does not work any more</h1>
      <p className="mt-1 text-ink-muted text-sm">{text}</p>
      <Button variant="primary" size="lg" asChild className="mt-6 w-full">
        <Link href={again}>{label}</Link>
      </Button>
    </div>
  );
}
