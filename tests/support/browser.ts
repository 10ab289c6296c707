import { handleAuth } from "@/server/http/auth";
import type { House } from "@/tests/support/house";

export const PASSWORD = "correct zebra staple 47";

export interface AuthAnswer {
  status: number;
  body: Record<string, unknown> & { error?: { code: string; message: string; issues?: unknown[] } };
  text: string;
  headers: Headers;
  setCookies: string[];
}

interface Sending {
  body?: unknown;
  /** A body as it stands. */
  raw?: string;
  headers?: Record<string, string>;
}

/** Requests to /api/auth as a browser would send them, without a socket. */
export async function sendAuth(
  house: House,
  method: string,
  path: string,
  { body, raw, headers }: Sending = {},
): Promise<AuthAnswer> {
  const { baseUrl } = house.runtime.env;
  const content = raw ?? (method === "POST" ? JSON.stringify(body ?? {}) : undefined);
  const request = new Request(`${baseUrl}/api/auth${path}`, {
    method,
    headers: {
      ...(content !== undefined && { "content-type": "application/json" }),
      origin: baseUrl,
      ...headers,
    },
    ...(content !== undefined && { body: content }),
  });
  const response = await handleAuth(house.runtime, request);
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: text.startsWith("{") ? JSON.parse(text) : {},
    headers: response.headers,
    setCookies: response.headers.getSetCookie(),
  };
}

export const signUp = (house: House, email: string, password = PASSWORD) =>
  sendAuth(house, "POST", "/sign-up/email", { body: { name: "A person", email, password } });

export const signIn = (house: House, email: string, password = PASSWORD) =>
  sendAuth(house, "POST", "/sign-in/email", { body: { email, password } });

/** The Cookie header that a browser would send after an answer. */
export function cookieOf(answer: AuthAnswer): string {
  return answer.setCookies.map((cookie) => cookie.split(";")[0]).join("; ");
}

/** What two answers would show to somebody who compares them: all but values that are random in each. */
export function shape({ status, body, headers, setCookies }: AuthAnswer) {
  const form = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
    return Object.entries(value).map(([key, inner]) => [key, form(inner)]);
  };
  const names = [...headers.keys()].sort();
  return {
    status,
    body: form(body),
    headers: names,
    cookies: setCookies.map((cookie) => cookie.split("=")[0]),
  };
}
