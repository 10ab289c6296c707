import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AnyTRPCProcedure } from "@trpc/server";
import { type Context, procedures } from "@/tests/bench/peers/unguarded/procedures";

/** Holdfast's procedures without Holdfast: no identity, permission, limit, second wall, audit; it believes who calls. */
const { PORT } = process.env;
const BASE = "/api/trpc/";
const METHOD: Readonly<Record<string, string>> = { query: "GET", mutation: "POST" };
const PROCEDURES = procedures as unknown as Readonly<Record<string, AnyTRPCProcedure>>;

createServer((request, response) => {
  answer(request, response).catch((error: Error) => {
    console.error(error);
    end(response, 500, { error: { message: error.message } });
  });
}).listen(Number(PORT), "127.0.0.1");

process.once("SIGTERM", () => process.exit(0));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = "" } = request;
  const mark = url.indexOf("?");
  const path = url.slice(BASE.length, mark < 0 ? undefined : mark);
  const procedure = Object.hasOwn(PROCEDURES, path) ? PROCEDURES[path] : undefined;
  if (!procedure || METHOD[procedure._def.type] !== method) return end(response, 404, {});
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  const text = method === "GET" ? query.get("input") : await bodyOf(request);
  const input: unknown = text ? JSON.parse(text) : undefined;
  const { type } = procedure._def;
  const ctx = contextOf(request);
  const call = { path, getRawInput: async () => input, ctx, type, signal: undefined, batchIndex: 0 };
  end(response, 200, { result: { data: await procedure(call) } });
}

const contextOf = ({ headers }: IncomingMessage): Context => ({
  workspaceId: String(headers["x-workspace"]),
  ownerId: String(headers["x-owner"]),
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function end(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
