import { Agent, type IncomingMessage, request as open } from "node:http";

/** One request, to the byte: names of headers may come twice. */
export interface Ask {
  method: string;
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: string;
  /** A length to declare without sending so much. */
  declared?: number;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The body as JSON; undefined when it is none. */
  json: unknown;
  ms: number;
}

export interface Sender {
  send(ask: Ask): Promise<Answer>;
  /** Requests sent until now. */
  count(): number;
  close(): void;
}

const PATIENCE_MS = 30_000;

/** How long the first event of a stream may take. */
const FIRST_EVENT_MS = 1_000;

/** Sends to one origin over connections that are kept. A peer that hangs up is an answer with the status 0. Of a stream the first event is read. */
export function createSender(origin: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, timeout: PATIENCE_MS });
  const base = new URL(origin);
  let sent = 0;
  const once = (ask: Ask): Promise<Answer & { again: boolean }> =>
    new Promise((resolve) => {
      const begin = performance.now();
      const failed = (error: Error, again: boolean) =>
        resolve({ status: 0, headers: {}, text: error.message, json: undefined, ms: 0, again });
      const request = open({
        host: base.hostname,
        port: base.port,
        method: ask.method,
        path: ask.path,
        agent: ask.declared === undefined ? agent : false,
        headers: headersOf(ask, base.host),
      });
      request.setTimeout(PATIENCE_MS, () => request.destroy(new Error("no answer")));
      request.once("error", (error) => failed(error, request.reusedSocket));
      request.once("response", (response) => {
        const isStream = response.headers["content-type"]?.startsWith("text/event-stream") === true;
        (isStream ? readEvent(response) : read(response)).then(
          (text) => {
            const ms = Math.round((performance.now() - begin) * 10) / 10;
            const headers = flat(response.headers);
            resolve({
              status: response.statusCode ?? 0,
              headers,
              text,
              json: parsed(isStream ? dataOf(text) : text),
              ms,
              again: false,
            });
            if (isStream || ask.declared !== undefined) request.destroy();
          },
          (error: Error) => failed(error, false),
        );
      });
      if (ask.declared === undefined) request.end(ask.body);
      else request.write(ask.body ?? "");
    });
  return {
    send: async (ask) => {
      sent++;
      const { again, ...answer } = await once(ask);
      // A kept connection that the server had just given up.
      return again ? once(ask) : answer;
    },
    count: () => sent,
    close: () => agent.destroy(),
  };
}

function headersOf({ headers, body, declared }: Ask, host: string): string[] {
  const named = (name: string) => headers.some(([one]) => one.toLowerCase() === name);
  const length = declared ?? (body === undefined ? undefined : Buffer.byteLength(body));
  return [
    ...(named("host") ? [] : ["Host", host]),
    ...headers.flat(),
    ...(length === undefined ? [] : ["Content-Length", String(length)]),
  ];
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** What a stream says until its first event about something is whole. */
async function readEvent(response: IncomingMessage): Promise<string> {
  let text = "";
  const timer = setTimeout(() => response.destroy(), FIRST_EVENT_MS);
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (dataOf(text) !== "") break;
    }
  } catch {
    // A stream that tells nothing in time: what it said so far is the answer.
  } finally {
    clearTimeout(timer);
  }
  return text;
}

/** The data of the first whole event that has no name: named ones tell of the connection. */
function dataOf(text: string): string {
  const events = text.split("\n\n").slice(0, -1);
  const event = events.find((one) => !/^event:/m.test(one) && /^data:/m.test(one)) ?? "";
  return /^data: ?(.*)$/m.exec(event)?.[1] ?? "";
}

function flat(headers: IncomingMessage["headers"]): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]);
  return Object.fromEntries(entries);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
