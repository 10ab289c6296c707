import { disguise, exactly, withinOrOver } from "@/server/cli/attack/attacks/budgets";
import {
  crossSite,
  fields,
  JSON_TYPE,
  methods,
  nameOf,
  post,
  route,
  trialOf,
} from "@/server/cli/attack/attacks/route-requests";
import { marksOf, type Siege } from "@/server/cli/attack/standpoint";
import { tightSize } from "@/server/cli/attack/target";
import { type Attack, type Expect, NOBODY, type Shot, type Trial } from "@/server/cli/attack/trial";
import type { World } from "@/server/cli/attack/world";
import { AUTH_ROUTES } from "@/server/http/auth-routes";

const HIDDEN = route(
  "hidden-routes",
  "Routes that nobody opened",
  "access",
  "Better Auth's other routes, as the owner: 404, and nothing happens.",
  "API9:2023",
);
const SECRETS = route(
  "route-secrets",
  "Secrets in answers",
  "credentials",
  "No session token stands in any JSON answer.",
);
const COOKIES = route(
  "route-cookies",
  "Forged cookies",
  "credentials",
  "A cookie that is nobody's is nobody's here, too.",
);
const PUBLIC = route("public-route", "Public route", "access", "Says that it works, and nothing else.");
const UNKNOWN: Attack = {
  ...route(
    "unknown-path",
    "Paths of nothing",
    "access",
    "Paths that no operation has, as the owner: 404, and nothing happens.",
    "API9:2023",
  ),
  mending: "See placeOf in server/http/rest.ts: what is no operation is no route.",
};
const PREFLIGHT: Attack = {
  ...route(
    "preflight",
    "Preflight",
    "abuse",
    "A page of another site asks whether it may call: nothing says that it may.",
    "API8:2023",
  ),
  mending: "See allowOrigin in server/http/cors.ts: an origin must stand in CORS_ORIGINS.",
};
const BUDGET = route(
  "route-budget",
  "Budget",
  "abuse",
  "Guesses with another address, agent and account each: exactly as many as the budget holds pass.",
  "API4:2023",
);

const NOT_FOUND: Expect = { words: "404 NOT_FOUND, nothing changed", statuses: [404], code: "NOT_FOUND" };
const NO_ROUTE: Expect = { words: "404 or 405, nothing changed", statuses: [404, 405] };
const HIDDEN_PATHS = [
  ...["/admin/set-role", "/admin/impersonate-user", "/admin/list-users", "/update-user", "/change-email"],
  ...[
    "/delete-user",
    "/list-sessions",
    "/revoke-session",
    "/organization/create",
    "/organization/list-members",
  ],
  ...[
    "/organization/update-member-role",
    "/organization/get-invitation",
    "/reset-password/a-token",
    "/../trpc/me.get",
    "/ok",
  ],
];

/** Ways in that are no procedures, as rows of the report. */
export const ROUTES = [
  ...AUTH_ROUTES.map((one) => ({
    ...{ name: nameOf(one), kind: "route" as const, permission: "public", limit: one.limit },
    place: "server/http/auth-routes.ts",
  })),
  ...[
    ["GET /api/auth/*", "server/http/auth-routes.ts"],
    ["GET /api/v1/*", "server/http/rest.ts"],
    ["OPTIONS /api/*", "server/http/cors.ts"],
    ["GET /api/health", "server/http/health.ts"],
    ["GET /api/ready", "server/http/health.ts"],
  ].map(([name = "", place = ""]) => ({
    ...{ name, kind: "route" as const, permission: "public", limit: "floor", place },
  })),
];

/** Better Auth's open routes, its closed ones, and those that say whether the product lives. */
export function routeTrials(siege: Siege): Trial[] {
  const { world } = siege;
  const posts = AUTH_ROUTES.filter(({ method }) => method === "POST");
  return [
    ...posts.flatMap(({ path }) => [crossSite(world, path), fields(world, path)]),
    ...AUTH_ROUTES.map(({ method, path }) => methods(world, method, path)),
    hidden(world),
    unknownPaths(world),
    preflights(world),
    secrets(world),
    cookies(world),
    ...["/api/health", "/api/ready"].map((path) => publicRoute(world, path)),
  ];
}

function hidden(world: World): Trial {
  const shots = HIDDEN_PATHS.flatMap((path) =>
    ["GET", "POST"].map((method): Shot => {
      const body = JSON.stringify({ userId: world.people.owner.userId, role: "admin" });
      const ask = post(world, path, body, [JSON_TYPE, ["Origin", world.target.site]]);
      const bare = method === "GET" ? { method, path: ask.path, headers: ask.headers } : ask;
      return { about: `${method} ${path}`, ask: bare, expect: NOT_FOUND, sees: NOBODY };
    }),
  );
  return trialOf("GET /api/auth/*", "owner", HIDDEN, shots);
}

function unknownPaths({ people: { owner } }: World): Trial {
  const paths = [
    ...["/api/v1/nothing", "/api/v1/tasks/", "/api/v1/task", "/api/v1/tasks/x/nothing", "/api/v1//tasks"],
    ...["/api/v1/__proto__", "/api/v1/constructor/x", "/api/v1/tasks/..%2fprojects/x"],
  ];
  const shots = paths.flatMap((path) =>
    ["GET", "POST", "PATCH", "DELETE"].map((method): Shot => {
      const headers = [["Cookie", owner.cookie] as const];
      const bare = { method, path, headers };
      const ask = method === "GET" ? bare : { ...bare, headers: [...headers, JSON_TYPE], body: "{}" };
      return { about: `${method} ${path}`, ask, expect: NO_ROUTE, sees: NOBODY };
    }),
  );
  return trialOf("GET /api/v1/*", "owner", UNKNOWN, shots);
}

function preflights({ target: { site } }: World): Trial {
  const expect: Expect = {
    words: "204 that allows nothing",
    statuses: [204],
    fault: ({ headers }) => {
      const told = Object.keys(headers).find((name) => name.startsWith("access-control-"));
      return told && `says ${told}: ${headers[told]}`;
    },
  };
  const paths = ["/api/trpc/task.create", "/api/v1/tasks", "/api/auth/sign-in/email"];
  const origins = ["https://evil.example", "null", `${site}.evil.example`];
  const shots = paths.flatMap((path) =>
    origins.map((origin): Shot => {
      const headers = [
        ["Origin", origin],
        ["Access-Control-Request-Method", "POST"],
        ["Access-Control-Request-Headers", "content-type, authorization"],
      ] as const;
      return {
        about: `${path} from ${origin}`,
        ask: { method: "OPTIONS", path, headers },
        expect,
        sees: NOBODY,
      };
    }),
  );
  return trialOf("OPTIONS /api/*", "anonymous", PREFLIGHT, shots);
}

function secrets(world: World): Trial {
  const { owner } = world.people;
  const value = decodeURIComponent(owner.cookie.slice(owner.cookie.indexOf("=") + 1));
  const token = value.slice(0, value.lastIndexOf("."));
  const expect: Expect = {
    words: "200 about oneself, without the token",
    statuses: [200],
    fault: ({ text }) => {
      if (text.includes(token)) return "the answer holds the session's token";
      return text.includes(owner.userId) ? undefined : "says nothing of the caller";
    },
  };
  const ask = { method: "GET", path: "/api/auth/get-session", headers: [["Cookie", owner.cookie] as const] };
  const sees = marksOf(world, owner);
  return trialOf("GET /api/auth/get-session", "owner", SECRETS, [
    { about: "one's own session", ask, expect, sees },
  ]);
}

function cookies({ people: { owner, banned } }: World): Trial {
  const expect: Expect = {
    words: "200 that names nobody",
    statuses: [200],
    fault: ({ text }) => (text === "null" ? undefined : "names somebody"),
  };
  const presented: [string, string][] = [
    ["a broken signature", `${owner.cookie.slice(0, -6)}AAAAAA`],
    ["a banned user's", banned.cookie],
    ["two at once", `${owner.cookie}; ${banned.cookie}`],
  ];
  const shots = presented.map(([about, cookie]): Shot => {
    const ask = { method: "GET", path: "/api/auth/get-session", headers: [["Cookie", cookie] as const] };
    return { about, ask, expect, sees: NOBODY };
  });
  return trialOf("GET /api/auth/get-session", "anonymous", COOKIES, shots);
}

function publicRoute(world: World, path: string): Trial {
  const expect: Expect = { words: "200", statuses: [200] };
  const headers = [["Cookie", world.people.owner.cookie] as const];
  const shot = { about: path, ask: { method: "GET", path, headers }, expect, sees: NOBODY };
  return trialOf(`GET ${path}`, "anonymous", PUBLIC, [shot]);
}

/** On the product with small budgets: all that guesses share one, and nothing makes a second. */
export function routeBudgetTrials(siege: Siege): Trial[] {
  const { site } = siege.world.target;
  const size = tightSize("auth");
  const guess = (time: number): Shot => ({
    about: `guess ${time + 1} of a budget of ${size}`,
    ask: {
      method: "POST",
      path: "/api/auth/sign-in/email",
      headers: [JSON_TYPE, ["Origin", site], ...disguise(time)],
      body: JSON.stringify({ email: `guess-${time}@example.com`, password: "a guess of mine" }),
    },
    expect: withinOrOver,
    sees: NOBODY,
  });
  const shots = Array.from({ length: size + 3 }, (_, time) => guess(time));
  return [
    {
      ...trialOf("POST /api/auth/sign-in/email", "anonymous", BUDGET, shots),
      mode: "open",
      fault: exactly(size),
    },
  ];
}
