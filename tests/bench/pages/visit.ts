import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, CDPSession, Page } from "@playwright/test";

/** What loading one page took. */
export interface Visit {
  /** Milliseconds until the first byte of the document, redirects included, and until its largest paint. */
  firstByte: number;
  largestPaint: number;
  requests: number;
  /** Bytes as they came over the wire, headers included, by kind; what the cache had counts nothing. */
  bytes: Record<Kind, number>;
  /** Bytes after decompression. */
  decoded: number;
}

export const KINDS = ["html", "js", "css", "other"] as const;
export type Kind = (typeof KINDS)[number];

/** Like a phone of the middle class on a mobile network: the figures that Lighthouse uses. */
export interface Phone {
  cpuSlowdown: number;
  /** Milliseconds of a round trip, and bits a second down and up. */
  latency: number;
  down: number;
  up: number;
}

/** Milliseconds without a request after which a page counts as loaded. */
const QUIET_MS = 700;

/** Opens a page in a tab of its own and waits until it is quiet. */
export async function visit(
  context: BrowserContext,
  url: string,
  heading: RegExp,
  phone: Phone | null,
): Promise<Visit> {
  const page = await context.newPage();
  try {
    const session = await context.newCDPSession(page);
    const traffic = await watch(session);
    if (phone) await slowDown(session, phone);
    await page.goto(url, { waitUntil: "load" });
    await page.getByRole("heading", { name: heading }).first().waitFor();
    await traffic.quiet();
    return { ...traffic.sum(), ...(await timesOf(page)) };
  } finally {
    await page.close();
  }
}

async function slowDown(session: CDPSession, { cpuSlowdown, latency, down, up }: Phone): Promise<void> {
  await session.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
  await session.send("Network.emulateNetworkConditions", {
    ...{ offline: false, latency, downloadThroughput: down / 8, uploadThroughput: up / 8 },
  });
}

async function watch(session: CDPSession) {
  await session.send("Network.enable");
  const kinds = new Map<string, Kind>();
  const bytes: Record<Kind, number> = { html: 0, js: 0, css: 0, other: 0 };
  let requests = 0;
  let decoded = 0;
  let last = performance.now();
  const open = new Set<string>();
  session.on("Network.requestWillBeSent", ({ requestId, type }) => {
    kinds.set(requestId, kindOf(type));
    open.add(requestId);
    last = performance.now();
  });
  session.on("Network.responseReceived", ({ requestId, response }) => {
    if (!response.fromDiskCache && !response.fromPrefetchCache) requests++;
    // A stream never ends: it is no part of the loading.
    if (response.mimeType === "text/event-stream") open.delete(requestId);
  });
  session.on("Network.dataReceived", ({ dataLength }) => {
    decoded += dataLength;
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    bytes[kinds.get(requestId) ?? "other"] += encodedDataLength;
    open.delete(requestId);
    last = performance.now();
  });
  session.on("Network.loadingFailed", ({ requestId }) => open.delete(requestId));
  return {
    async quiet() {
      while (open.size > 0 || performance.now() - last < QUIET_MS) await sleep(50);
    },
    sum: () => ({ requests, bytes, decoded }),
  };
}

function kindOf(type: string | undefined): Kind {
  if (type === "Document") return "html";
  if (type === "Script") return "js";
  return type === "Stylesheet" ? "css" : "other";
}

/** As the browser itself measures them, from the start of the navigation. */
function timesOf(page: Page): Promise<Pick<Visit, "firstByte" | "largestPaint">> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
        new PerformanceObserver((list) => {
          const largestPaint = list.getEntries().at(-1)?.startTime ?? Number.NaN;
          resolve({ firstByte: navigation?.responseStart ?? Number.NaN, largestPaint });
        }).observe({ type: "largest-contentful-paint", buffered: true });
      }),
  );
}
