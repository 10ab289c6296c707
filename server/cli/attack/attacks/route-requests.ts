import { randomUUID } from "node:crypto";
import { FOREIGN_PAGES, FORMS } from "@/server/cli/attack/attacks/abuse";
import { PROVIDER } from "@/server/cli/attack/boot";
import type { Ask } from "@/server/cli/attack/send";
import { type Attack, type Expect, NOBODY, type Shot, type Trial } from "@/server/cli/attack/trial";
import type { World } from "@/server/cli/attack/world";
import { providerIdOf } from "@/server/identity/oidc/issuer";

/** An attack on routes that are no procedures. */
export const route = (
  id: string,
  title: string,
  group: Attack["group"],
  about: string,
  owasp = "API2:2023",
): Attack => ({
  ...{ id, title, group, about, owasp, risk: "high" },
  mending: "See server/http/auth.ts and its table, server/http/auth-routes.ts.",
});

const CROSS_SITE = route(
  "route-cross-site",
  "Cross-site request",
  "abuse",
  "A page of another site sends it with a victim's cookie: 403 or 415.",
  "API8:2023",
);
const FIELDS = route(
  "route-fields",
  "Hostile bodies",
  "input",
  "Privileged and unknown fields, wrong types, no JSON, and far too much of it: 400 or 413.",
  "API3:2023",
);
const METHODS = route(
  "route-method",
  "Wrong method",
  "abuse",
  "A method that it does not have: 404 or 405.",
  "API8:2023",
);

export const JSON_TYPE = ["Content-Type", "application/json"] as const;
const REFUSED: Expect = { words: "400 or 413, nothing changed", statuses: [400, 413] };
export const nameOf = ({ method, path }: { method: string; path: string }) => `${method} /api/auth${path}`;

export const trialOf = (procedure: string, principal: string, attack: Attack, shots: Shot[]): Trial => ({
  ...{ procedure, principal, attack, mode: "quiet", shots },
});

/** A body that its route would take from the owner. */
export function bodyFor({ people: { owner }, password }: World, path: string): Record<string, unknown> {
  const errand = { provider: providerIdOf(PROVIDER.OIDC_ISSUER), callbackURL: "/" };
  const known: Record<string, Record<string, unknown>> = {
    "/sign-up/email": { name: "Somebody", email: `new-${randomUUID()}@example.com`, password },
    "/sign-in/email": { email: owner.email, password },
    "/change-password": { currentPassword: password, newPassword: `${password} 2` },
    "/send-verification-email": { email: owner.email },
    "/request-password-reset": { email: owner.email },
    "/reset-password": { token: "x".repeat(24), newPassword: `${password} 2` },
    "/verify-email": { token: "x.y.z" },
    "/two-factor/confirm": { code: "123456" },
    "/two-factor/verify-totp": { code: "123456" },
    "/two-factor/verify-recovery-code": { code: "ABCD-EFGH-JKMN-PQRS" },
    "/passkey/rename": { id: randomUUID(), name: "A passkey" },
    "/passkey/remove": { id: randomUUID() },
    "/step-up/password": { password },
    "/step-up/totp": { code: "123456" },
    "/sign-in/social": errand,
    "/link-social": errand,
  };
  return known[path] ?? {};
}

/** A POST to one of the routes, as the owner. */
export function post(world: World, path: string, body: string, others: Ask["headers"]): Ask {
  return {
    method: "POST",
    path: `/api/auth${path}`,
    headers: [["Cookie", world.people.owner.cookie], ...others],
    body,
  };
}

/** Sent by a page of another site. */
export function crossSite(world: World, path: string): Trial {
  const body = JSON.stringify(bodyFor(world, path));
  const forms = FORMS.map(([type, write]): Shot => {
    const expect = { words: "415, nothing changed", statuses: [415], code: "UNSUPPORTED_MEDIA_TYPE" };
    return {
      about: `a form of ${type}`,
      ask: post(world, path, write(body), [["Content-Type", type]]),
      expect,
      sees: NOBODY,
    };
  });
  const pages = FOREIGN_PAGES.map(([about, headers]): Shot => {
    const expect = { words: "403, nothing changed", statuses: [403], code: "CROSS_SITE_REQUEST" };
    return { about, ask: post(world, path, body, [JSON_TYPE, ...headers]), expect, sees: NOBODY };
  });
  return trialOf(`POST /api/auth${path}`, "owner", CROSS_SITE, [...forms, ...pages]);
}

/** With bodies that it must not take. */
export function fields(world: World, path: string): Trial {
  const good = bodyFor(world, path);
  const origin = ["Origin", world.target.site] as const;
  const shot = (about: string, body: string): Shot => {
    return { about, ask: post(world, path, body, [JSON_TYPE, origin]), expect: REFUSED, sees: NOBODY };
  };
  const extra = {
    role: "admin",
    emailVerified: true,
    banned: false,
    id: randomUUID(),
    image: "x",
    redirectTo: "//evil.example",
  };
  const shots = [
    ...Object.entries(extra)
      .filter(([name]) => !(name in good))
      .map(([name, value]) => shot(name, JSON.stringify({ ...good, [name]: value }))),
    ...Object.keys(good).flatMap((name) =>
      [7, null, {}, ["x"]].map((value) =>
        shot(`${name}: ${JSON.stringify(value)}`, JSON.stringify({ ...good, [name]: value })),
      ),
    ),
    ...["[]", "7", "{nope", '{"__proto__":{"role":"admin"}}'].map((text) => shot(text, text)),
    shot("a place on another site", JSON.stringify({ ...good, callbackURL: "https://evil.example" })),
    shot("32 KiB", JSON.stringify({ ...good, padding: "x".repeat(32_768) })),
  ];
  return trialOf(`POST /api/auth${path}`, "owner", FIELDS, shots);
}

/** By methods that it does not have. */
export function methods(world: World, method: string, path: string): Trial {
  const expect: Expect = { words: "404 or 405, nothing changed", statuses: [404, 405] };
  const others = ["GET", "POST", "PUT", "DELETE", "PATCH"].filter((other) => other !== method);
  const shots = others.map((other): Shot => {
    const ask = { ...post(world, path, "{}", [JSON_TYPE, ["Origin", world.target.site]]), method: other };
    return { about: other, ask, expect, sees: NOBODY };
  });
  return trialOf(nameOf({ method, path }), "owner", METHODS, shots);
}
