import type { IncomingMessage } from "node:http";
import { CLIENT_ADDRESS_HEADER } from "@/server/identity/auth";

/** Headers by which Next's parts talk to each other, and those by which a proxy would speak for its client. */
const NOT_A_CLIENTS = new RegExp(
  [
    "^(?:x-middleware-|x-nextjs-|x-invoke-|x-holdfast-)",
    "^(?:next-action|next-router-state-tree-override)$",
    "^(?:forwarded|x-forwarded-.*|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-connecting-ip|fly-client-ip)$",
  ].join("|"),
);

/** Takes away what no client may say, then writes the address that we found ourselves. */
export function stripHeaders(request: IncomingMessage, address: string): void {
  for (const name in request.headers) if (NOT_A_CLIENTS.test(name)) delete request.headers[name];
  request.headers[CLIENT_ADDRESS_HEADER] = address;
}

/** Headers of every answer (OWASP ASVS V3). Pages add their Content-Security-Policy with its nonce. */
export function securityHeaders(https: boolean): Record<string, string> {
  return {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
    ...(https && { "strict-transport-security": "max-age=63072000; includeSubDomains" }),
  };
}

/** An answer of the API is data: nothing in it may run, whatever a browser makes of it. */
export const API_CSP = "default-src 'none'; frame-ancestors 'none'";
