import { randomBytes } from "node:crypto";
import { waitingCookie } from "@/server/cli/attack/attacks/factors";
import { badKeys } from "@/server/cli/attack/attacks/keys";
import { forgedTokens } from "@/server/cli/attack/attacks/tokens";
import { takesBody } from "@/server/cli/attack/desk";
import { issueTokens } from "@/server/cli/attack/issued-tokens";
import { type Person, signedCookie } from "@/server/cli/attack/people";
import { type Siege, strongest } from "@/server/cli/attack/standpoint";
import {
  type Attack,
  EXPIRED,
  type Expect,
  INVALID,
  NOBODY,
  type Trial,
  UNAUTHENTICATED,
} from "@/server/cli/attack/trial";
import type { World } from "@/server/cli/attack/world";

type Header = readonly [name: string, value: string];

/** A way to present a credential that is none. */
interface Presented {
  id: string;
  title: string;
  about: string;
  headers: readonly Header[];
  /** Put behind the path. */
  query?: string;
  /** Tried in the short form too. */
  isTelling?: boolean;
  expect?: Expect;
}

const RISKS: Record<string, Attack["risk"]> = {
  "no-credential": "critical",
  "tampered-cookie": "critical",
  "first-factor": "critical",
};

const attackOf = ({ id, title, about }: Presented): Attack => ({
  ...{ id, title, group: "credentials", owasp: "API2:2023", risk: RISKS[id] ?? "high" },
  about: `${about}: 401, and nothing happens.`,
  mending:
    "See server/identity/session.ts and session-cookie.ts, and the form of credentials in server/http/request-form.ts.",
});

/** Every credential that must not be taken, at every procedure, with an input that would be good. */
export async function credentialTrials(siege: Siege, isShort: boolean): Promise<Trial[]> {
  const { world } = siege;
  const all = (await presentedBy(world)).filter(({ isTelling }) => isTelling || !isShort);
  return siege.ways.flatMap((way) => {
    const stand = strongest(siege, way);
    if (!stand) return [];
    return all.map((presented): Trial => {
      const ask = world.desk.ask(way, stand.input, [
        ...presented.headers,
        ["X-Workspace-Id", stand.workspace],
      ]);
      const path = presented.query
        ? `${ask.path}${ask.path.includes("?") ? "&" : "?"}${presented.query}`
        : ask.path;
      return {
        ...{
          procedure: way.name,
          principal: "anonymous",
          attack: attackOf(presented),
          mode: "quiet" as const,
        },
        shots: [
          {
            about: presented.about,
            ask: { ...ask, path },
            // REST takes no query beside a body, whoever asks.
            expect:
              presented.query && way.rest && takesBody(way.rest)
                ? INVALID
                : (presented.expect ?? UNAUTHENTICATED),
            sees: NOBODY,
          },
        ],
      };
    });
  });
}

const TELLING = ["self-signed", "alg-none", "alg-hs256", "expired-token", "tampered-token", "revoked-token"];

async function presentedBy(world: World): Promise<Presented[]> {
  const { owner, stranger, banned } = world.people;
  const ended = await endedCookie(world, owner);
  const expired = await expiredCookie(world, owner);
  const waiting = await waitingCookie(world);
  await world.watch.keep();
  const issued = await issueTokens(world);
  const tokens = forgedTokens(issued);
  // A good one: what is wrong is how it is presented.
  const bearer = issued.token;
  const one = (id: string, title: string, about: string, headers: readonly Header[], isTelling = false) => ({
    ...{ id, title, about, headers, isTelling },
  });
  return [
    one("no-credential", "No credential", "Nothing is presented", [], true),
    one("malformed-cookie", "Malformed cookie", "A cookie that holds no token", [
      ["Cookie", "holdfast.session_token=%E0%A4%A"],
    ]),
    one(
      "tampered-cookie",
      "Tampered cookie",
      "A cookie whose signature has one bit flipped",
      [["Cookie", flipped(owner.cookie)]],
      true,
    ),
    one(
      "unsigned-cookie",
      "Unsigned cookie",
      "The bare token, without its signature",
      [["Cookie", bare(owner.cookie)]],
      true,
    ),
    one("unknown-session", "Unknown session", "A token that we signed, of no session", [
      ["Cookie", signedCookie(randomBytes(24).toString("base64url"), world.target.secret)],
    ]),
    one("ended-session", "Ended session", "The cookie of somebody who signed out", [["Cookie", ended]], true),
    one(
      "expired-session",
      "Expired session",
      "The cookie of a session whose time is over",
      [["Cookie", expired]],
      true,
    ),
    one("banned-session", "Banned user", "A session from before the ban", [["Cookie", banned.cookie]], true),
    one(
      "first-factor",
      "First factor only",
      "A right password, without the second factor",
      [["Cookie", waiting]],
      true,
    ),
    one("two-cookies", "Two Cookie headers", "Two sessions in two headers", [
      ["Cookie", owner.cookie],
      ["Cookie", stranger.cookie],
    ]),
    one("two-sessions", "Two sessions", "Two sessions in one header", [
      ["Cookie", `${owner.cookie}; ${stranger.cookie}`],
    ]),
    one(
      "two-kinds",
      "Cookie and token",
      "A good cookie and a token at once",
      [
        ["Cookie", owner.cookie],
        ["Authorization", `Bearer ${bearer}`],
      ],
      true,
    ),
    ...badKeys(world).map(({ id, title, about, headers, isTelling }) =>
      one(id, title, about, headers, isTelling),
    ),
    ...tokens.map(({ id, title, about, token, isExpired }) => ({
      ...one(id, title, about, [["Authorization", `Bearer ${token}`]], TELLING.includes(id)),
      ...(isExpired && { expect: EXPIRED }),
    })),
    one("bearer-session", "Session as bearer", "The session's own token as a bearer token", [
      ["Authorization", `Bearer ${tokenIn(owner.cookie)}`],
    ]),
    one("double-space", "Two spaces", "A bearer token behind two spaces", [
      ["Authorization", `Bearer  ${bearer}`],
    ]),
    one("lower-case-scheme", "Lower-case scheme", "A bearer token behind `bearer`", [
      ["Authorization", `bearer ${bearer}`],
    ]),
    one("no-scheme", "No scheme", "A token without a scheme", [["Authorization", bearer]]),
    one("basic-scheme", "Basic", "Another scheme", [
      ["Authorization", `Basic ${Buffer.from(`${owner.email}:${world.password}`).toString("base64")}`],
    ]),
    one("two-authorizations", "Two Authorization headers", "Two tokens in two headers", [
      ["Authorization", `Bearer ${bearer}`],
      ["Authorization", `Bearer ${bearer}`],
    ]),
    {
      ...one("token-in-query", "Token in the query", "A token and a key in the URL", []),
      query: `api_key=${world.keys.key.header[1]}&access_token=${bearer}&token=${tokenIn(owner.cookie)}`,
    },
  ];
}

async function endedCookie(world: World, person: Person): Promise<string> {
  const cookie = await world.signIn(person);
  const answer = await world.sender.send({
    method: "POST",
    path: "/api/auth/sign-out",
    headers: [
      ["Cookie", cookie],
      ["Content-Type", "application/json"],
      ["Origin", world.target.site],
    ],
    body: "{}",
  });
  if (answer.status !== 200) throw new Error(`a sign-out was answered ${answer.status}`);
  return cookie;
}

async function expiredCookie(world: World, person: Person): Promise<string> {
  const cookie = await world.signIn(person);
  const rows = await world.target.admin`
    update session set expires_at = now() - interval '1 second' where token = ${tokenIn(cookie)} returning id`;
  if (rows.length !== 1) throw new Error("the session to expire was not found");
  await world.watch.keep();
  return cookie;
}

const signedPart = (cookie: string) => decodeURIComponent(cookie.slice(cookie.indexOf("=") + 1));
const tokenIn = (cookie: string) => signedPart(cookie).split(".")[0] ?? "";
const bare = (cookie: string) => `holdfast.session_token=${tokenIn(cookie)}`;

/** The same cookie, but for the lowest bit that counts of its signature's first byte. */
function flipped(cookie: string): string {
  const value = signedPart(cookie);
  const dot = value.lastIndexOf(".");
  const signature = Buffer.from(value.slice(dot + 1), "base64");
  signature.writeUInt8(signature.readUInt8(0) ^ 1, 0);
  return `holdfast.session_token=${encodeURIComponent(`${value.slice(0, dot)}.${signature.toString("base64")}`)}`;
}
