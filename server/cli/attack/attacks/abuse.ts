import { headersOf, type Siege, type Standpoint, seenFrom, strongest } from "@/server/cli/attack/standpoint";
import type { Way } from "@/server/cli/attack/surface";
import type { Attack, Expect, Shot, Trial } from "@/server/cli/attack/trial";

const abuse = (id: string, title: string, about: string, owasp: string, mending: string): Attack => ({
  ...{ id, title, about, group: "abuse", owasp, risk: "high", mending },
});

const CROSS_SITE = abuse(
  "cross-site",
  "Cross-site request",
  "A page of another site sends a victim's cookie: by every content type that needs no leave, and as JSON. 403 or 415, and nothing happens.",
  "API8:2023",
  "See faultOfWrite in server/http/gate.ts and isCrossSite in server/http/answers.ts: both stand alone.",
);
const METHODS = abuse(
  "wrong-method",
  "Wrong method",
  "A change by GET, a query by POST, and methods that nobody serves: 405, and nothing happens.",
  "API8:2023",
  "tRPC tells mutation from query by its declaration; METHODS in server/http/request-form.ts holds the rest.",
);
const BATCH = abuse(
  "batch-of-21",
  "Batch beyond its bound",
  "Twenty-one calls in one request: 400, and none of them is made.",
  "API4:2023",
  "See maxBatchSize in server/http/trpc.ts.",
);

type Header = [name: string, value: string];

const MOST = 20;

/** What a caller who may call, or whose cookie is used by another, can do besides. */
export function abuseTrials(siege: Siege): Trial[] {
  return siege.ways.flatMap((way) => {
    const stand = strongest(siege, way);
    if (!stand) return [];
    const batches = way.rest ? [] : [batch(siege, way, stand)];
    return [crossSite(siege, way, stand), methods(siege, way, stand), ...batches];
  });
}

const trialOf = (way: Way, stand: Standpoint, attack: Attack, shots: Shot[]): Trial => ({
  ...{ procedure: way.name, principal: stand.person.name, attack, mode: "quiet", shots },
});

const refused = (code: string, status: number): Expect => ({
  ...{ words: `${status} ${code}, nothing changed`, statuses: [status], code },
});
const FOREIGN = refused("CROSS_SITE_REQUEST", 403);
const UNSUPPORTED = refused("UNSUPPORTED_MEDIA_TYPE", 415);
const NO_METHOD: Expect = { words: "405, nothing changed", statuses: [405], code: "METHOD_NOT_SUPPORTED" };
/** HTTP refuses what it does not know before we see it. */
const UNREADABLE: Expect = {
  words: "200 that no other site can read",
  statuses: [200],
  fault: ({ headers }) =>
    Object.keys(headers).some((name) => name.startsWith("access-control-"))
      ? "lets other sites read the answer"
      : undefined,
};

/** What a browser says of a page of another site. */
export const FOREIGN_PAGES: readonly [about: string, headers: [string, string][]][] = [
  ["JSON from a foreign origin", [["Origin", "https://evil.example"]]],
  ["JSON from a sandboxed frame", [["Origin", "null"]]],
  ["JSON that the browser calls cross-site", [["Sec-Fetch-Site", "cross-site"]]],
  ["JSON that the browser calls same-site", [["Sec-Fetch-Site", "same-site"]]],
  ["JSON from the same host, another port", [["Origin", "http://127.0.0.1:1"]]],
];

/** Bodies that a form of any site can send without asking. */
export const FORMS: readonly [type: string, body: (input: string) => string][] = [
  ["text/plain", (input) => input],
  ["application/x-www-form-urlencoded", (input) => `input=${encodeURIComponent(input)}`],
  [
    "multipart/form-data; boundary=x",
    (input) => `--x\r\nContent-Disposition: form-data; name="input"\r\n\r\n${input}\r\n--x--\r\n`,
  ],
  ["application/octet-stream", (input) => input],
];

function crossSite(siege: Siege, way: Way, stand: Standpoint): Trial {
  const { desk } = siege.world;
  const input = desk.textOf(way, stand.input);
  const sees = seenFrom(siege, way, stand);
  const write = desk.ask(asWrite(way), stand.input, headersOf(stand));
  const method = way.rest && way.rest.method !== "GET" ? way.rest.method : "POST";
  const forms = FORMS.flatMap(([type, body]) =>
    [undefined, "https://evil.example"].map((origin): Shot => {
      const headers: Header[] = [["Content-Type", type], ...headersOf(stand)];
      if (origin) headers.push(["Origin", origin]);
      const ask = { ...write, method, headers, body: body(input) };
      return { about: `a form of ${type}`, ask, expect: origin ? FOREIGN : UNSUPPORTED, sees };
    }),
  );
  const pages = FOREIGN_PAGES.map(([about, headers]): Shot => {
    const ask = desk.ask(way, stand.input, [...headersOf(stand), ...headers]);
    // What another site's page asks with a cookie, and says so, is refused even where it changes nothing.
    const isTold = !stand.by && headers.some(([name]) => name === "Origin");
    return { about, ask, expect: way.writes || isTold ? FOREIGN : UNREADABLE, sees };
  });
  return trialOf(way, stand, CROSS_SITE, [...forms, ...pages]);
}

function methods(siege: Siege, way: Way, stand: Standpoint): Trial {
  const { desk } = siege.world;
  const sees = seenFrom(siege, way, stand);
  const write = desk.ask(asWrite(way), stand.input, headersOf(stand));
  if (way.rest) {
    const served = methodsOf(siege, way.rest.path);
    const bare = { method: "GET", path: write.path, headers: headersOf(stand) };
    const shots = ["GET", "POST", "PATCH", "DELETE", "PUT"]
      .filter((method) => !served.has(method))
      .map((method) => {
        const ask = method === "GET" ? bare : { ...write, method };
        return { about: method, ask, expect: NO_METHOD, sees };
      });
    return trialOf(way, stand, METHODS, shots);
  }
  const other = way.writes ? desk.ask({ ...way, writes: false }, stand.input, headersOf(stand)) : write;
  const swapped = { about: `${way.kind} by ${other.method}`, ask: other, expect: NO_METHOD, sees };
  const rest = ["PUT", "PATCH", "DELETE"].map((method) => {
    return { about: method, ask: { ...write, method }, expect: NO_METHOD, sees };
  });
  return trialOf(way, stand, METHODS, [swapped, ...rest]);
}

/** The same call as a POST would be sent, its input in the body. */
const asWrite = (way: Way): Way => ({
  ...way,
  writes: true,
  ...(way.rest && { rest: { ...way.rest, method: "POST" } }),
});

const methodsOf = ({ all }: Siege, path: string) =>
  new Set<string>(all.flatMap(({ rest }) => (rest?.path === path ? [rest.method] : [])));

function batch(siege: Siege, way: Way, stand: Standpoint): Trial {
  const expect = refused("BAD_REQUEST", 400);
  const ask = batchOf(siege, way, stand.input, headersOf(stand), MOST + 1);
  const shot = { about: `${MOST + 1} calls`, ask, expect, sees: seenFrom(siege, way, stand) };
  return trialOf(way, stand, BATCH, [shot]);
}

/** So many equal calls in one request. */
export function batchOf(
  { world }: Pick<Siege, "world">,
  way: Way,
  input: unknown,
  headers: [string, string][],
  times: number,
) {
  const name = Array(times).fill(way.name).join(",");
  const inputs = JSON.stringify(
    Object.fromEntries(Array.from({ length: times }, (_, index) => [index, input])),
  );
  const ask = world.desk.ask({ name, writes: way.writes }, undefined, headers, inputs);
  return { ...ask, path: ask.path.includes("?") ? `${ask.path}&batch=1` : `${ask.path}?batch=1` };
}
