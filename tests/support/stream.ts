import { handleTrpc } from "@/server/http/trpc";
import type { House, Person } from "@/tests/support/house";

export interface StreamEvent {
  event: string;
  id?: string;
  /** Parsed, where it is JSON. */
  data: unknown;
}

export interface OpenStream {
  status: number;
  headers: Headers;
  /** Of an answer that is no stream. */
  body: { error?: { message: string; data: { code: string; reason?: string; requestId: string } } };
  /** All that came so far. */
  events: StreamEvent[];
  /** The next event that is about a task, or says that everything is to be read again. */
  change(): Promise<StreamEvent>;
  /** Settles when the server has ended the stream. */
  ended: Promise<void>;
  /** The caller goes away. */
  close(): void;
}

interface Opening {
  workspaceId?: string;
  lastEventId?: string;
  headers?: Record<string, string>;
}

/** Opens `task.changes` as a browser does: a GET with a cookie, and the workspace in its input. */
export async function openStream(
  house: House,
  person: Person | null,
  { workspaceId = person?.workspaceId ?? "", lastEventId, headers }: Opening = {},
): Promise<OpenStream> {
  const gone = new AbortController();
  const url = new URL("/api/trpc/task.changes", house.runtime.env.baseUrl);
  url.searchParams.set("input", JSON.stringify({ workspaceId }));
  const request = new Request(url, {
    headers: {
      ...(person && { cookie: person.cookie }),
      ...(lastEventId && { "last-event-id": lastEventId }),
      ...headers,
    },
    signal: gone.signal,
  });
  return readStream(await handleTrpc(house.runtime, request), () => gone.abort());
}

/** A cursor before all changes that are kept, as if its event had come just now. */
export function sinceEver(xid = 3n, at = Date.now()): string {
  const bytes = Buffer.alloc(24);
  bytes.writeBigUInt64BE(xid);
  bytes.writeUIntBE(at, 8, 6);
  return bytes.toString("base64url");
}

/** Reads an answer event by event. */
export async function readStream(answer: Response, close: () => void): Promise<OpenStream> {
  const { status, headers } = answer;
  const events: StreamEvent[] = [];
  if (!headers.get("content-type")?.startsWith("text/event-stream"))
    return {
      status,
      headers,
      body: (await answer.json()) as OpenStream["body"],
      events,
      close,
      ...nothing(),
    };
  let wake = () => {};
  let isOver = false;
  const ended = read(answer, (event) => {
    events.push(event);
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  let told = 0;
  const change = async (): Promise<StreamEvent> => {
    for (;;) {
      const found = events.slice(told).findIndex(({ event }) => event === "message");
      const event = events[told + found];
      if (found >= 0 && event) {
        told += found + 1;
        return event;
      }
      if (isOver) throw new Error(`the stream ended: ${JSON.stringify(events.at(-1))}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { status, headers, body: {}, events, change, ended, close };
}

function nothing() {
  return { change: () => Promise.reject(new Error("this is no stream")), ended: Promise.resolve() };
}

async function read(answer: Response, tell: (event: StreamEvent) => void): Promise<void> {
  let rest = "";
  const text = answer.body?.pipeThrough(new TextDecoderStream()) ?? [];
  for await (const chunk of text as AsyncIterable<string>) {
    const blocks = (rest + chunk).split(/\n\n+/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) if (block.trim()) tell(parsed(block.trim()));
  }
}

function parsed(block: string): StreamEvent {
  const fields = new Map(
    block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  const id = fields.get("id");
  const data = fields.get("data") ?? "";
  const event = fields.get("event") ?? "message";
  return { event, ...(id && { id }), data: data.startsWith("{") ? JSON.parse(data) : data };
}
