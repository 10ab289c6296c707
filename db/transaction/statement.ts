import type { TransactionSettings } from "@/db/transaction";
import type { Wanted } from "@/db/transaction/database";

/** What is sent, again if need be. */
export interface Statement {
  text: string;
  values: ReturnType<typeof encodable>;
  wanted: Wanted;
  attempt: number;
}

/** One round trip for all settings; `true` makes each of them end with the transaction. */
export const SETTINGS =
  "select set_config('role', $1, true), set_config('app.workspace_id', $2, true), " +
  "set_config('app.user_id', $3, true), set_config('app.reach', $4, true), set_config('app.workspace_ids', $5, true), " +
  "set_config('app.service', $6, true), set_config('transaction_read_only', $7, true)";

export function settingsValues(settings: TransactionSettings): string[] {
  const { role, workspaceId, userId, reach, workspaceIds, service = false, readOnly = false } = settings;
  return [
    role,
    workspaceId ?? "",
    userId ?? "",
    reach,
    arrayLiteral(workspaceIds),
    service ? "on" : "",
    readOnly ? "on" : "off",
  ];
}

/** The text of an SQL array. An id that would need quoting is no id. */
function arrayLiteral(ids: readonly string[]): string {
  if (!ids.every((id) => /^[\w-]+$/.test(id)))
    throw new TypeError("workspace ids hold letters, digits, _ and -");
  return `{${ids.join(",")}}`;
}

/** What may be sent. COMMIT, SET ROLE and their like would end or widen the transaction behind our back. */
const ALLOWED =
  /^[\s(]*(?:select|insert|update|delete|merge|with|values|lock|notify|explain|set\s+constraints)\b/i;

/** Why a statement may not be sent inside a transaction, or undefined. */
export function forbidden(text: string): string | undefined {
  if (!ALLOWED.test(text)) return `not a statement for the inside of a transaction: ${text.slice(0, 40)}`;
  return /set_config/i.test(text) ? "settings are fixed when the transaction opens" : undefined;
}

/**
 * Parameters as the driver can encode them without throwing. When postgres.js 3.4.9 throws while it encodes, it rejects
 * the statement before this one and waits for ever for an answer to this one.
 */
export function encodable(params: readonly unknown[]): (string | boolean | bigint | Uint8Array | null)[] {
  if (params.length > 65_000) throw new TypeError("a statement takes at most 65000 parameters");
  return params.map((value, index) => {
    if (value === null || value instanceof Uint8Array) return value;
    if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint") return value;
    if (typeof value === "number") return String(value);
    throw new TypeError(`parameter ${index + 1} is ${typeof value}; give text, a number, a boolean or bytes`);
  });
}
