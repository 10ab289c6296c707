/**
 * A due date is a day of the calendar, the same for everyone: it is stored as that day's midnight in UTC and
 * shown in UTC. "Today" is the reader's own day.
 */
const DAY = 86_400_000;

/** The day of an instant, as a date input wants it. */
export function dayOf(dueAt: string): string {
  return dueAt.slice(0, 10);
}

export function instantOf(day: string): string {
  return `${day}T00:00:00.000Z`;
}

/** The day on the reader's own calendar. */
export function localDay(now: Date): string {
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(instantOf(day)) + days * DAY).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(instantOf(to)) - Date.parse(instantOf(from))) / DAY);
}

const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });
const SHORT = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const LONG = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** How people say it: Today, Tomorrow, Friday, 3 Mar. Without a `today` (on the server) the plain date. */
export function dueLabel(dueAt: string, today: string | null): string {
  const day = dayOf(dueAt);
  const at = new Date(instantOf(day));
  if (today === null) return SHORT.format(at);
  const away = daysBetween(today, day);
  if (away === 0) return "Today";
  if (away === 1) return "Tomorrow";
  if (away === -1) return "Yesterday";
  if (away > 1 && away < 7) return WEEKDAY.format(at);
  return day.slice(0, 4) === today.slice(0, 4) ? SHORT.format(at) : LONG.format(at);
}

export function dueLong(dueAt: string): string {
  return LONG.format(new Date(instantOf(dayOf(dueAt))));
}
