import { SignJWT } from "jose";
import { malformed, tampered } from "@/tests/bench/peers/holdfast-tokens";
import { type Ask, alternating, type Line } from "@/tests/bench/peers/peer";
import { type Caller, LISTED, NEW_TASK } from "@/tests/bench/seed";

type Key = Parameters<SignJWT["sign"]>[0];

/** What is asked of a peer that serves /tasks to whoever bears a JWT with a `sub`, by a key that the bench holds. */
export function bearerLines(callers: Caller[], alg: "HS256" | "RS256", key: Key): Line[] {
  const tokens = (seconds: number) =>
    Promise.all(
      callers.map(({ id }) => {
        const now = Math.floor(Date.now() / 1000);
        const claims = { sub: id, iat: now + Math.min(seconds, 0), exp: now + seconds };
        return new SignJWT(claims).setProtectedHeader({ alg, typ: "JWT" }).sign(key);
      }),
    );
  const good = (ask: (caller: Caller, token: string) => Ask) => async () =>
    (await tokens(3600)).flatMap((token, index) => {
      const caller = callers[index];
      return caller ? ask(caller, token) : [];
    });
  const refused =
    (spoil: (token: string) => string, seconds = 3600) =>
    async () =>
      (await tokens(seconds)).map((token) => refusal(spoil(token)));
  return [
    { work: "list", kind: "", way: "JWT", asks: good(listWith) },
    { work: "refuse", kind: "tampered JWT", way: "", asks: refused(tampered) },
    { work: "refuse", kind: "expired JWT", way: "", asks: refused((token) => token, -3600) },
    { work: "refuse", kind: "malformed JWT", way: "", asks: refused(malformed) },
    {
      ...{ work: "mix", kind: "", way: "JWT" },
      asks: async () => alternating(await good(listWith)(), await refused(tampered)()),
    },
    { work: "create", kind: "", way: "JWT", asks: good(createWith) },
  ];
}

/** The first request of all, to a server that starts. */
export async function firstOf(callers: Caller[], alg: "HS256" | "RS256", key: Key): Promise<Ask> {
  const [line] = bearerLines(callers, alg, key);
  const [first] = (await line?.asks()) ?? [];
  if (!first) throw new Error("nobody calls");
  return first;
}

/** Of a list, or of the one task that was made. */
export const ownersOf = (body: unknown): string[] =>
  ([body].flat() as { owner_id: string }[]).map(({ owner_id: owner }) => owner);

const LIST = `/tasks?limit=${LISTED}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const listWith = ({ id }: Caller, token: string): Ask => ({
  ...{ method: "GET", path: LIST, headers: bearer(token), expect: 200 },
  rows: { owner: id, count: LISTED },
});

const refusal = (token: string): Ask => ({ method: "GET", path: LIST, headers: bearer(token), expect: 401 });

const createWith = ({ id }: Caller, token: string): Ask => ({
  ...{ method: "POST", path: "/tasks", expect: 201 },
  headers: { ...bearer(token), "content-type": "application/json" },
  body: JSON.stringify(NEW_TASK),
  rows: { owner: id, count: 1 },
});
