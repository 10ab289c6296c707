import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admission } from "@/server/http/admission";
import { BUSY, errorBody } from "@/server/http/answers";
import { allowOrigin } from "@/server/http/cors";
import type { GateOptions } from "@/server/http/gate";
import { API_CSP } from "@/server/http/headers";
import type { Mount } from "@/server/http/mount";

interface DoorParts {
  admission: Admission;
  mountOf(url: string): Mount | undefined;
  /** Of every answer. */
  headers: Readonly<Record<string, string>>;
}

/** Refuses a request while the line that it would wait in is overrun: whether it did. */
type Door = (request: IncomingMessage, response: ServerResponse) => boolean;

const MARK = "request-id";

/**
 * The first thing that a request meets. Under twice of what can be done every other request ends here, and what it costs is
 * missing where work is done: its text is made once, and its headers are handed over as a list, which Node does not look into.
 */
export function createDoor(
  { onRefused, corsOrigins }: Pick<GateOptions, "onRefused" | "corsOrigins">,
  { admission, mountOf, headers }: DoorParts,
): Door {
  const texts = new Map<Mount | undefined, [before: string, after: string]>();
  const textFor = (mount: Mount | undefined) => {
    const known = texts.get(mount);
    if (known) return known;
    const [before = "", after = ""] = JSON.stringify((mount?.envelope ?? errorBody)(BUSY, MARK)).split(MARK);
    texts.set(mount, [before, after]);
    return [before, after] as const;
  };
  const ours = { "content-type": "application/json", "cache-control": "no-store", "retry-after": "1" };
  const ofPages = Object.entries({ ...headers, ...ours }).flat();
  const ofMounts = Object.entries({ ...headers, "content-security-policy": API_CSP, ...ours }).flat();
  const kinds = Object.values(admission);

  return (request, response) => {
    if (!kinds.some((places) => places.isLong())) return false;
    const mount = mountOf(request.url ?? "");
    const places = mount ? mount.places && admission[mount.places] : admission.pages;
    if (!places?.isOverrun()) return false;
    if (mount?.crossOrigin && request.headers.origin !== undefined)
      allowOrigin(request, response, corsOrigins);
    const requestId = randomUUID();
    // Nobody looks from where: while it is full for all, one address among them tells nothing.
    onRefused(BUSY, { stage: "place", requestId, address: null });
    const [before, after] = textFor(mount);
    const text = before + requestId + after;
    response.writeHead(503, [
      ...(mount ? ofMounts : ofPages),
      ...["x-request-id", requestId, "content-length", String(Buffer.byteLength(text))],
    ]);
    response.end(text);
    return true;
  };
}

/** The part of the API that a URL is below; none for pages. */
export function mountFinder(mounts: readonly Mount[]): (url: string) => Mount | undefined {
  return (url) => mounts.find(({ prefix }) => isBelow(url, prefix));
}

const isBelow = (url: string, prefix: string) =>
  url.startsWith(prefix) && /^(?:$|[/?])/.test(url.slice(prefix.length));
