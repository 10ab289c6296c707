import type { Scope } from "@/db/scope";
import { listAll } from "@/server/features/security-event/queries";
import {
  type DetailedEvent,
  detailedEvent,
  type ExportSecurityEvents,
  type SecurityEventExport,
  type TrailVerdict,
  type VerifyTrail,
} from "@/server/features/security-event/schema";
import { noteChange } from "@/server/guard/change";
import type { Context } from "@/server/guard/context";

type Column = keyof DetailedEvent;
const COLUMNS = Object.keys(detailedEvent.shape) as Column[];

/** Events as text, and the range of it as the facts of the export's own audit row. */
export async function exportEvents(scope: Scope, input: ExportSecurityEvents): Promise<SecurityEventExport> {
  const { items, nextCursor } = await listAll(scope, input);
  const { format, after = null, before = null, cursor = null } = input;
  const range = { newest: items[0]?.id ?? null, oldest: items.at(-1)?.id ?? null };
  noteChange(scope, { before: null, after: { format, after, before, cursor, rows: items.length, ...range } });
  const content = format === "csv" ? csvOf(items) : items.map(jsonLineOf).join("");
  return { content, rows: items.length, nextCursor };
}

/** Looks at a part of the trail, over the caller's own transaction. */
export async function verifyTrail(
  scope: Scope,
  verify: Context["verifyTrail"],
  { from }: VerifyTrail,
): Promise<TrailVerdict> {
  const verdict = await verify(scope.tx, from);
  const none = { rows: 0, seals: 0, unsealed: null, retained: null, next: null, fault: null };
  const answer = { ...none, ...verdict };
  const { whole, rows, seals, fault } = answer;
  noteChange(scope, { before: null, after: { from, whole, rows, seals, fault: fault?.line ?? null } });
  return answer;
}

function jsonLineOf(event: DetailedEvent): string {
  return `${JSON.stringify(Object.fromEntries(COLUMNS.map((name) => [name, event[name]])))}\n`;
}

/** RFC 4180: every cell quoted, lines ended by CR LF. */
function csvOf(events: DetailedEvent[]): string {
  const lines = [COLUMNS, ...events.map((event) => COLUMNS.map((name) => event[name]))];
  return lines.map((cells) => `${cells.map(cellOf).join(",")}\r\n`).join("");
}

/** What a spreadsheet would take for a formula, full-width signs and signs after blanks included (OWASP, CSV injection). */
const FORMULA = /^(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/;

function cellOf(value: DetailedEvent[Column]): string {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
