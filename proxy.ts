import { type NextRequest, NextResponse } from "next/server";

// Inlined by `next build`: the one reader besides server/env.ts, because this file is bundled apart from the server.
const isDev = process.env.NODE_ENV === "development";

/**
 * What every page carries: a policy with a nonce of its own, and the browser's other guards. It decides nobody's
 * access: the API does, on each call.
 */
export function proxy(request: NextRequest): NextResponse {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new NextResponse(null, {
      status: 405,
      headers: { allow: "GET, HEAD", "cache-control": "no-store" },
    });
  }
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  // Next reads the nonce from here and puts it on each script it writes.
  headers.set("content-security-policy", policy);
  headers.set("x-holdfast-path", request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  for (const [name, value] of PAGE_HEADERS) response.headers.set(name, value);
  if (request.nextUrl.protocol === "https:") response.headers.set("strict-transport-security", HSTS);
  return response;
}

/** Pages only: the API and the built files have headers of their own. */
export const config = { matcher: "/((?!api/|_next/static/|_next/image|icon\\.svg$).*)" };

function contentSecurityPolicy(nonce: string): string {
  const directives = [
    "default-src 'self'",
    // Next's development runtime makes functions from text, for its error overlay.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
    // Development puts styles into the page without a nonce. The one of Radix has it, by app/_ui/style-nonce.tsx.
    isDev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    // Attributes can not load or run anything; Radix and drag and drop place elements with them.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ];
  return directives.join("; ");
}

const HSTS = "max-age=63072000; includeSubDomains";

const PAGE_HEADERS = [
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "strict-origin-when-cross-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["cache-control", "private, no-store"],
] as const;
