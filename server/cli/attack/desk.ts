import type { Answer, Ask, Sender } from "@/server/cli/attack/send";
import type { Rest } from "@/server/cli/attack/surface";
import type { Target } from "@/server/cli/attack/target";

type Headers = readonly (readonly [string, string])[];
type Input = Readonly<Record<string, unknown>>;

interface Called {
  name: string;
  writes: boolean;
  rest?: Rest;
}

/** Writes requests as a well-behaved client does; attacks change what they need. */
export interface Desk {
  /** The request of one call. `text` stands in place of the input as it would be sent; the path keeps its parameter. */
  ask(way: Called, input: unknown, headers: Headers, text?: string): Ask;
  /** What stands in the body of a call, or in its `?input=`. */
  textOf(way: Called, input: Input): string;
  call(way: Called, input: unknown, person: { cookie: string }, workspace?: string): Promise<Answer>;
  auth(path: string, body: unknown): Promise<Answer>;
}

const JSON_TYPE = ["Content-Type", "application/json"] as const;

export function createDesk(target: Target, sender: Sender): Desk {
  const ask: Desk["ask"] = (way, input, headers, text) =>
    way.rest
      ? askRest(way.rest, (input ?? {}) as Input, headers, text)
      : askTrpc(way, text ?? JSON.stringify(input), headers);
  return {
    ask,
    textOf: ({ rest }, input) => JSON.stringify(rest ? split(rest, input).others : input),
    call: (way, input, person, workspace) =>
      sender.send(ask(way, input, cookieAnd(person, workspace ? [["X-Workspace-Id", workspace]] : []))),
    auth: (path, body) =>
      sender.send({
        method: "POST",
        path: `/api/auth${path}`,
        headers: [JSON_TYPE, ["Origin", target.site]],
        body: JSON.stringify(body),
      }),
  };
}

function askTrpc({ name, writes }: Called, input: string | undefined, headers: Headers): Ask {
  const path = `/api/trpc/${name}`;
  if (writes) return { method: "POST", path, headers: [JSON_TYPE, ...headers], body: input ?? "" };
  const query = input === undefined ? "" : `?input=${encodeURIComponent(input)}`;
  return { method: "GET", path: `${path}${query}`, headers };
}

function askRest(rest: Rest, input: Input, headers: Headers, text?: string): Ask {
  const { given, others } = split(rest, input);
  const path = rest.path.replace(/\{\w+\}/, encoded(given));
  const { method } = rest;
  if (takesBody(rest))
    return { method, path, headers: [JSON_TYPE, ...headers], body: text ?? JSON.stringify(others) };
  const query = Object.entries(others).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encoded(name)}=${encoded(one)}`),
  );
  return { method, path: query.length > 0 ? `${path}?${query.join("&")}` : path, headers };
}

/** Whether the input of an operation travels in its body; else in its query. */
export const takesBody = ({ method }: Rest) => method === "POST" || method === "PATCH";

function split({ parameter }: Rest, input: Input): { given: unknown; others: Input } {
  if (!parameter) return { given: "", others: input };
  const { [parameter.field]: given, ...others } = input;
  return { given, others };
}

/** For an address; half a surrogate pair, which has no form there, goes as the bytes that it would have. */
function encoded(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text
    .split(/(\p{Surrogate})/u)
    .map((part, index) => (index % 2 === 1 ? "%ED%A0%80" : encodeURIComponent(part)))
    .join("");
}

const cookieAnd = (person: { cookie: string }, others: Headers): Headers => [
  ["Cookie", person.cookie],
  ...others,
];
