import { FOREIGN_PAGES } from "@/server/cli/attack/attacks/abuse";
import { JSON_TYPE, route, trialOf } from "@/server/cli/attack/attacks/route-requests";
import { ask as given } from "@/server/cli/attack/issued-tokens";
import type { Ask } from "@/server/cli/attack/send";
import {
  type Attack,
  type Expect,
  INVALID,
  NOBODY,
  type Shot,
  type Trial,
  UNAUTHENTICATED,
} from "@/server/cli/attack/trial";
import type { World } from "@/server/cli/attack/world";
import { TOKEN_ROUTES, TOKENS_BASE } from "@/server/http/token-routes";

const attack = (...words: Parameters<typeof route>): Attack => ({
  ...route(...words),
  mending: "See server/http/tokens.ts and its table, server/http/token-routes.ts.",
});
const CROSS_SITE = attack(
  ...([
    "token-cross-site",
    "Cross-site request",
    "abuse",
    "A page of another site asks with a victim's cookie: 403.",
  ] as const),
  "API8:2023",
);
const FIELDS = attack(
  ...([
    "token-fields",
    "Hostile bodies",
    "input",
    "Privileged and unknown fields, wrong types, no JSON: 400.",
  ] as const),
  "API3:2023",
);
const METHODS = attack(
  ...(["token-method", "Wrong method", "abuse", "A method that it does not have: 404 or 405."] as const),
  "API8:2023",
);
const REUSE = attack(
  "refresh-reuse",
  "Refresh token used twice",
  "credentials",
  "A stolen refresh token ends its session: the thief's successor and the victim's are both dead.",
);
const KINDS = attack(
  "token-for-token",
  "Token for a token",
  "credentials",
  "An access token, a forged cookie and two credentials at once get no token: 401.",
);

/** Ways in for tokens, as rows of the report. */
export const TOKEN_ROWS = TOKEN_ROUTES.map(({ path, limit }) => ({
  ...{ name: `POST ${TOKENS_BASE}${path}`, kind: "route" as const, permission: "public", limit },
  place: "server/http/token-routes.ts",
}));

/** The routes by which programs come by tokens. */
export async function tokenRouteTrials(world: World): Promise<Trial[]> {
  const perRoute = TOKEN_ROUTES.flatMap(({ path }) => {
    const name = `POST ${TOKENS_BASE}${path}`;
    return [
      trialOf(
        name,
        "owner",
        CROSS_SITE,
        FOREIGN_PAGES.map(([about, headers]) => crossSite(world, path, about, headers)),
      ),
      trialOf(name, "owner", FIELDS, hostile(world, path)),
      trialOf(name, "owner", METHODS, methods(world, path)),
    ];
  });
  return [...perRoute, kinds(world), await reuse(world)];
}

function post(path: string, body: string, headers: Ask["headers"]): Ask {
  return { method: "POST", path: `${TOKENS_BASE}${path}`, headers: [JSON_TYPE, ...headers], body };
}

const bodyFor = ({ people, password }: World, path: string) =>
  path === "/token" ? { email: people.owner.email, password } : { refreshToken: `hfr_${"a".repeat(43)}` };

function crossSite(world: World, path: string, about: string, headers: Ask["headers"]): Shot {
  const expect: Expect = { words: "403, nothing changed", statuses: [403], code: "CROSS_SITE_REQUEST" };
  const body = path === "/token" ? "{}" : JSON.stringify(bodyFor(world, path));
  const ask = post(path, body, [["Cookie", world.people.owner.cookie], ...headers]);
  return { about, ask, expect, sees: NOBODY };
}

function hostile(world: World, path: string): Shot[] {
  const good = bodyFor(world, path);
  const bodies = [
    ...["role", "roles", "userId", "sid", "scope"].map((name) =>
      JSON.stringify({ ...good, [name]: "admin" }),
    ),
    ...Object.keys(good).flatMap((name) =>
      [7, null, {}, ["x"]].map((value) => JSON.stringify({ ...good, [name]: value })),
    ),
    ...["[]", "7", "{nope", '{"__proto__":{"role":"admin"}}'],
  ];
  return bodies.map((body) => ({
    about: body.slice(0, 80),
    ask: post(path, body, []),
    expect: INVALID,
    sees: NOBODY,
  }));
}

function methods(world: World, path: string): Shot[] {
  const expect: Expect = { words: "404 or 405, nothing changed", statuses: [404, 405] };
  return ["GET", "PATCH", "DELETE", "PUT"].map((method) => ({
    about: method,
    ask: { ...post(path, "{}", [["Cookie", world.people.owner.cookie]]), method },
    ...{ expect, sees: NOBODY },
  }));
}

function kinds(world: World): Trial {
  const { owner, banned } = world.people;
  const both = JSON.stringify(bodyFor(world, "/token"));
  const tries: [string, string, Ask["headers"]][] = [
    ["nothing", "{}", []],
    ["a forged cookie", "{}", [["Cookie", `${owner.cookie.slice(0, -6)}AAAAAA`]]],
    ["a banned user's cookie", "{}", [["Cookie", banned.cookie]]],
    ["a bearer token", "{}", [["Authorization", "Bearer x.y.z"]]],
    ["a password beside a session", both, [["Cookie", owner.cookie]]],
    ["a password beside a token", both, [["Authorization", "Bearer x.y.z"]]],
  ];
  const shots = tries.map(
    ([about, body, headers]): Shot => ({
      ...{ about, ask: post("/token", body, headers), expect: UNAUTHENTICATED, sees: NOBODY },
    }),
  );
  return trialOf(`POST ${TOKENS_BASE}/token`, "owner", KINDS, shots);
}

/** The victim refreshed; then the thief comes with the old token. */
async function reuse(world: World): Promise<Trial> {
  const first = await given(world, "/token", bodyFor(world, "/token"));
  const second = await given(world, "/refresh", { refreshToken: first.refreshToken });
  await world.watch.keep();
  const use = (about: string, refreshToken: string): Shot => ({
    about,
    ask: post("/refresh", JSON.stringify({ refreshToken }), [["User-Agent", "a thief"]]),
    ...{ expect: UNAUTHENTICATED, sees: NOBODY },
  });
  const shots = [
    use("the thief with the victim's old token", first.refreshToken),
    use("the victim's own successor, after that", second.refreshToken),
    use("the old token once more", first.refreshToken),
  ];
  return { ...trialOf(`POST ${TOKENS_BASE}/refresh`, "anonymous", REUSE, shots), mode: "open" };
}
