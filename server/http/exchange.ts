import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Mount } from "@/server/http/mount";
import type { HeaderReader } from "@/server/identity/identify";

/** A request as the gate read it: all that a plain call needs, without the objects of the Web that it would pay for. */
export interface Call {
  method: string;
  /** Path and query. */
  url: string;
  headers: HeaderReader;
  body: Buffer | null;
}

/** A whole answer, not yet sent. */
export interface CallAnswer {
  status: number;
  headers: Record<string, string>;
  /** Null: it has none, as an answer to HEAD. */
  text: string | null;
}

export const callOf = (
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: Buffer | null,
): Call => ({ method, url, body, headers: headerReader(headers) });

/** Headers as the Web's Headers tell them: those that came several times joined, those that did not come null. */
function headerReader(headers: IncomingHttpHeaders): HeaderReader {
  return {
    get: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(", ") : (value ?? null);
    },
  };
}

/** The answer of a part of the API, without Web objects where it can do without. */
export async function answerBy(
  mount: Pick<Mount, "answer" | "handle">,
  call: Call,
  web: () => Request,
  requestId: string,
): Promise<CallAnswer | Response> {
  return (await mount.answer?.(call, requestId)) ?? mount.handle(web(), requestId);
}
