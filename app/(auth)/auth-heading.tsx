"use client";

import Link from "next/link";
import { withNext } from "@/app/_api/next-path";
import { useFragment } from "@/app/_api/use-fragment";

interface AuthHeadingProps {
  title: string;
  question: string;
  other: "/sign-in" | "/sign-up";
  otherLabel: string;
  next: string;
}

/** The title of a page, and the way to the other one with what this one was given. */
export function AuthHeading({ title, question, other, otherLabel, next }: AuthHeadingProps) {
  const fragment = useFragment();
  return (
    <header className="mb-6">
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      <p className="mt-1 text-ink-muted text-sm">
        {question}{" "}
        <Link
          href={withNext(other, next) + fragment}
          className="rounded font-medium text-accent-text underline decoration-1 underline-offset-3 hover:decoration-2"
        >
          {otherLabel}
        </Link>
      </p>
    </header>
  );
}
