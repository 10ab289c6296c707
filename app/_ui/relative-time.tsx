"use client";

import { useEffect, useState } from "react";

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3600 },
  { unit: "minute", seconds: 60 },
] as const;
const WEEK = 7 * 86_400;

/**
 * "3 minutes ago", and a date beyond a week. The server's words may be a minute off, and its zone another: hydration
 * keeps them and the effect puts them right.
 */
export function RelativeTime({ value, className }: { value: string; className?: string }) {
  const [now, setNow] = useState(() => Date.now());
  const [full, setFull] = useState<string>();
  useEffect(() => {
    setFull(new Date(value).toLocaleString("en", { dateStyle: "long", timeStyle: "medium" }));
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, [value]);
  return (
    <time dateTime={value} title={full} className={className} suppressHydrationWarning>
      {words(value, now)}
    </time>
  );
}

function words(value: string, now: number): string {
  const seconds = Math.round((Date.parse(value) - now) / 1000);
  const distance = Math.abs(seconds);
  if (distance > WEEK) return new Date(value).toLocaleDateString("en", { dateStyle: "medium" });
  const step = STEPS.find((candidate) => distance >= candidate.seconds);
  return step ? RELATIVE.format(Math.round(seconds / step.seconds), step.unit) : "just now";
}
