import type { Page } from "@/db/page";
import type { Scope } from "@/db/scope";
import { readSessions } from "@/server/features/session/queries";
import type { ListSessions, Session } from "@/server/features/session/schema";

/** The caller's sessions as people know them: by device. `current` is the session that asks. */
export async function listSessions(
  scope: Scope,
  current: string | null,
  input: ListSessions,
): Promise<Page<Session>> {
  const { items, nextCursor } = await readSessions(scope, input);
  return {
    items: items.map(({ userAgent, secondFactorAt, ...row }) => ({
      ...row,
      device: deviceOf(userAgent),
      createdAt: row.createdAt.toISOString(),
      lastSeenAt: (row.lastSeenAt ?? row.createdAt).toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      secondFactor: secondFactorAt !== null,
      current: row.id === current,
    })),
    nextCursor,
  };
}

/** In this order: most browsers name others too, which they want to be taken for. */
const BROWSERS: readonly [mark: RegExp, name: string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\b(?:OPR|Opera)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
];

const SYSTEMS: readonly [mark: RegExp, name: string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];

/** A user agent in words of ours, such as "Firefox on Linux": none of what it says is passed on. */
export function deviceOf(userAgent: string | null): string {
  const said = (userAgent ?? "").slice(0, 512);
  const nameOf = (table: typeof BROWSERS) => table.find(([mark]) => mark.test(said))?.[1];
  const [browser, system] = [nameOf(BROWSERS), nameOf(SYSTEMS)];
  if (!browser) return system ? `A program on ${system}` : "An unknown device";
  return system ? `${browser} on ${system}` : browser;
}
