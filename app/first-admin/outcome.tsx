import { CircleCheck, CircleSlash } from "lucide-react";
import Link from "next/link";
import { Button } from "@/app/_ui/button";

const TEXT = {
  done: {
    title: "You are the first admin",
    text: "Your account now looks after the users and the security of this Holdfast. The link is spent: nobody can use it again.",
  },
  already: {
    title: "You are an admin",
    text: "Your account is one already. There is nothing left to do here.",
  },
  dead: {
    title: "This link does not work any more",
    text: "It was used, its hour is over, or there is an admin already. While there is none, a restart of Holdfast prints a new link to its terminal.",
  },
} as const;

interface OutcomeProps {
  kind: keyof typeof TEXT;
  requestId?: string | undefined;
}

export function Outcome({ kind, requestId }: OutcomeProps) {
  const { title, text } = TEXT[kind];
  return (
    <div role={kind === "dead" ? "alert" : "status"}>
      {kind === "dead" ? (
        <CircleSlash aria-hidden="true" className="mb-3 size-6 text-danger-text" />
      ) : (
        <CircleCheck aria-hidden="true" className="mb-3 size-6 text-success-text" />
      )}
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      <p className="mt-1 text-ink-muted text-sm">{text}</p>
      {requestId && (
        <p className="mt-3 text-ink-faint text-xs">
          Request <code className="select-all break-all font-mono">{requestId}</code>
        </p>
      )}
      <Button variant="primary" size="lg" asChild className="mt-6 w-full">
        <Link href="/">Go to your workspace</Link>
      </Button>
    </div>
  );
}
