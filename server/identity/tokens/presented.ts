import { LONGEST_TOKEN, TOKEN_ALGORITHM, TOKEN_TYPE } from "@/server/identity/tokens/claims";

/** A token taken apart, nothing of it verified. */
export interface Presented {
  header: Readonly<Record<string, unknown>>;
  payload: Readonly<Record<string, unknown>>;
}

const PART = /^[\w-]+$/;

/** Takes a compact JWS apart (RFC 7515, 3.1); undefined for what is none, or too long to be ours. */
export function takenApart(token: string): Presented | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  const parts = token.split(".");
  const [head = "", body = "", signature = ""] = parts;
  if (parts.length !== 3 || ![head, body, signature].every((part) => PART.test(part))) return undefined;
  const header = jsonIn(head);
  const payload = jsonIn(body);
  return header && payload && { header, payload };
}

/** Parameters by which a token would choose its own key, or ask for a rule that we do not know. */
const FOREIGN = ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip"];

/** What the header says against a token, before any key is looked for: `alg`, `typ`, `kid`, or a parameter of `FOREIGN`. */
export function faultOfHeader(header: Presented["header"]): string | undefined {
  if (header.alg !== TOKEN_ALGORITHM) return "alg";
  if (header.typ !== TOKEN_TYPE) return "typ";
  if (typeof header.kid !== "string" || header.kid === "") return "kid";
  return FOREIGN.find((name) => name in header);
}

function jsonIn(part: string): Readonly<Record<string, unknown>> | undefined {
  const text = Buffer.from(part, "base64url").toString("utf8");
  // A parser's error costs a flood of nonsense a fifth of what it takes from us.
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
