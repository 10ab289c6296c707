import type { Frame } from "@/tests/bench/flame/frames";

/** What CPU can be spent on, in the order of the table. */
export const AREAS = [
  "node:http, in and out",
  "HTTP layer and gate, with JSON",
  "identity and its cryptography",
  "limiter",
  "guard: permission, scope, audit",
  "tRPC",
  "Zod",
  "handler",
  "transaction and statements (db/)",
  "Drizzle",
  "postgres.js",
  "writes to PostgreSQL's sockets",
  "promise hooks",
  "event loop and microtasks",
  "garbage collection",
  "other",
] as const;
export type Area = (typeof AREAS)[number];

const WRITES = /^(?:writev|writeUtf8String|writeLatin1String|writeAsciiString|writeBuffer)$/;

/** Where hooks are on, Node calls everything through it: it is nobody's work but its own. */
const TRAMPOLINE = "callbackTrampoline";

/** Whoever fits first; places that fit none leave it to their caller. */
const BY_PLACE: readonly (readonly [RegExp, Area])[] = [
  [/^node:(?:internal\/)?async_hooks|^node:internal\/async_local_storage/, "promise hooks"],
  [/^node:_http|^node:internal\/http/, "node:http, in and out"],
  [
    /^npm:@upstash\/ratelimit|^server\/platform\/limits\/|^server\/guard\/(?:limit|middleware\/limit)/,
    "limiter",
  ],
  [/^npm:jose|^server\/identity\/|^server\/guard\/middleware\/identify/, "identity and its cryptography"],
  [/^npm:zod|^server\/guard\/(?:input|compiled)\.ts|^server\/features\/.*\/schema\.ts/, "Zod"],
  [/^server\/guard\//, "guard: permission, scope, audit"],
  [/^server\/http\/|^tests\/bench\/peers\/unguarded\/server\.ts/, "HTTP layer and gate, with JSON"],
  [/^server\/features\/|^db\/page\.ts|^tests\/bench\/peers\/unguarded\/procedures\.ts/, "handler"],
  [/^npm:drizzle-orm|^db\/schema\//, "Drizzle"],
  [/^npm:postgres$/, "postgres.js"],
  [/^db\//, "transaction and statements (db/)"],
  [/^npm:@trpc\//, "tRPC"],
];

/** Whose work a stack is: the innermost function of a known place decides; the frames go from the root down. */
export function areaOf(frames: readonly Frame[]): Area {
  const [leaf, ...callers] = frames.toReversed();
  if (!leaf) return "other";
  if (leaf.name === "(garbage collector)") return "garbage collection";
  const isNative = leaf.place === "";
  const area = firstOf([leaf, ...callers.filter(({ name }) => name !== TRAMPOLINE)]);
  if (isNative && WRITES.test(leaf.name) && area === "postgres.js") return "writes to PostgreSQL's sockets";
  return area ?? rest(frames);
}

function firstOf(frames: readonly Frame[]): Area | undefined {
  for (const { place } of frames) {
    const found = BY_PLACE.find(([pattern]) => pattern.test(place));
    if (found) return found[1];
  }
  return undefined;
}

/** Of Node alone: only the driver reads by streams, because node:http's parser takes its sockets over. */
function rest(frames: readonly Frame[]): Area {
  if (frames.some(({ name }) => name === "onStreamRead")) return "postgres.js";
  if (frames.some(({ place }) => /^node:internal\/(?:process\/task_queues|timers)/.test(place)))
    return "event loop and microtasks";
  return "other";
}
