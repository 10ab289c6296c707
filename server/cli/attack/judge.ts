import type { Answer } from "@/server/cli/attack/send";
import { extraIn } from "@/server/cli/attack/shape";
import type { Way } from "@/server/cli/attack/surface";
import { dataIn, errorOf, type Shot } from "@/server/cli/attack/trial";

interface Seen {
  shot: Shot;
  answer: Answer;
  /** Every mark that there is. */
  marks: readonly string[];
  /** What was called; undefined where it is a route of its own. */
  way: Way | undefined;
}

/** What an error must not tell: stacks, statements, paths, libraries. */
const INSIDES =
  /\bat \S+ \(|node_modules|\.(?:ts|js|mjs|tsx):\d+|\b(?:drizzle|postgres(?:ql)?|better-auth|zod|SQLSTATE|PG::)\b|\b(?:select|update|delete|insert)\b.+\b(?:from|into|set|where)\b|violates|(?:^|[\s"'(])\/(?:tmp|home|root|usr|var|app)\//i;
const SECRET_NAME = /password|token|hash|secret|salt|private/i;
const HEADERS: Record<string, RegExp> = {
  "x-content-type-options": /^nosniff$/,
  "x-frame-options": /^DENY$/,
  "referrer-policy": /./,
  "content-security-policy": /default-src 'none'/,
  "cache-control": /no-store/,
};

/** All that is wrong with one answer, whatever was tried; nothing when it is as it must be. */
export function faultsOf({ shot: { ask, expect, sees }, answer, marks, way }: Seen): string[] {
  const { status, text } = answer;
  const faults: string[] = [];
  const error = errorOf(answer.json);
  if (!expect.statuses.includes(status))
    faults.push(`${saying(answer)}, not ${expect.statuses.join(" or ")}`);
  else if (expect.code && error?.code !== expect.code) faults.push(`code ${error?.code}, not ${expect.code}`);
  if (status === 0) return [...faults, "the connection broke"];
  if (status >= 500) faults.push("an error of the server's own");
  const closer = faults.length === 0 ? expect.fault?.(answer) : undefined;
  if (closer) faults.push(closer);
  // What answers OPTIONS is never kept (RFC 9110, 9.3.7).
  const isOptions = ask.method === "OPTIONS";
  for (const [name, form] of Object.entries(HEADERS))
    if (!(isOptions && name === "cache-control") && !form.test(answer.headers[name] ?? ""))
      faults.push(`the header ${name} is ${answer.headers[name]}`);
  if (!answer.headers["x-request-id"]) faults.push("no x-request-id");
  if (status >= 400) faults.push(...faultsOfError(answer, error, ask.path.startsWith("/api/trpc")));
  const leaked = marks.find((mark) => !sees.has(mark) && text.includes(mark));
  if (leaked) faults.push(`holds ${leaked}, which is not this caller's to see`);
  const secret = way?.showsSecret ? undefined : secretIn(answer.json);
  if (secret) faults.push(`the answer has the field ${secret}`);
  const isAnswer = way && status < 300 && !Array.isArray(answer.json);
  const extra = isAnswer ? extraIn(way.output, dataIn(answer)) : undefined;
  if (extra) faults.push(`the answer holds ${extra}, which its output schema does not name`);
  return faults;
}

const saying = ({ status, json }: Answer) => `${status} ${errorOf(json)?.code ?? ""}`.trim();

function faultsOfError(
  { text, json, headers }: Answer,
  error: ReturnType<typeof errorOf>,
  isTrpc: boolean,
): string[] {
  const faults: string[] = [];
  const inside = INSIDES.exec(text);
  if (inside) faults.push(`the error tells of the inside: ${JSON.stringify(inside[0].slice(0, 60))}`);
  if (Array.isArray(json)) return faults;
  if (!error || typeof error.code !== "string" || typeof error.message !== "string")
    return [...faults, "the error has no envelope"];
  const isFlat = (json as { error: { data?: unknown } }).error.data === undefined;
  if (isFlat === isTrpc) faults.push(`the envelope is not that of ${isTrpc ? "tRPC" : "REST"}`);
  if (error.requestId !== headers["x-request-id"]) faults.push("requestId and x-request-id differ");
  return faults;
}

/** The first field, at any depth, that is named like a secret and has a value. */
function secretIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (SECRET_NAME.test(name) && inner !== null && inner !== "" && typeof inner !== "boolean") return name;
    const deeper = secretIn(inner);
    if (deeper) return deeper;
  }
  return undefined;
}
