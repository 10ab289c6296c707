import type { Answer, Ask, Sender } from "@/server/cli/attack/send";
import type { Target } from "@/server/cli/attack/target";

type Headers = readonly (readonly [string, string])[];

interface Called {
  name: string;
  kind: string;
}

/** Writes requests as a well-behaved client does; attacks change what they need. */
export interface Desk {
  /** The request of one call. `body` is the input as text, so that it may be anything. */
  ask(way: Called, input: unknown, headers: Headers): Ask;
  askText(way: Called, input: string | undefined, headers: Headers): Ask;
  call(way: Called, input: unknown, person: { cookie: string }, workspace?: string): Promise<Answer>;
  auth(path: string, body: unknown): Promise<Answer>;
}

export function createDesk(target: Target, sender: Sender): Desk {
  const askText: Desk["askText"] = (way, input, headers) => {
    const path = `/api/trpc/${way.name}`;
    if (way.kind !== "mutation") {
      const query = input === undefined ? "" : `?input=${encodeURIComponent(input)}`;
      return { method: "GET", path: `${path}${query}`, headers };
    }
    const json = ["Content-Type", "application/json"] as const;
    return { method: "POST", path, headers: [json, ...headers], body: input ?? "" };
  };
  const ask: Desk["ask"] = (way, input, headers) => askText(way, JSON.stringify(input), headers);
  return {
    ask,
    askText,
    call: (way, input, person, workspace) =>
      sender.send(ask(way, input, cookieAnd(person, workspace ? [["X-Workspace-Id", workspace]] : []))),
    auth: (path, body) =>
      sender.send({
        method: "POST",
        path: `/api/auth${path}`,
        headers: [
          ["Content-Type", "application/json"],
          ["Origin", target.site],
        ],
        body: JSON.stringify(body),
      }),
  };
}

const cookieAnd = (person: { cookie: string }, others: Headers): Headers => [
  ["Cookie", person.cookie],
  ...others,
];
