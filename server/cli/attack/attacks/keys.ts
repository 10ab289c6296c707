import { byKey, headersOf, type Siege, standAt } from "@/server/cli/attack/standpoint";
import { type Attack, FORBIDDEN, NOBODY, type Trial } from "@/server/cli/attack/trial";
import type { World } from "@/server/cli/attack/world";
import { makeKey } from "@/server/identity/keys/form";

interface BadKey {
  id: string;
  title: string;
  about: string;
  headers: [string, string][];
  isTelling?: boolean;
}

/** Keys that must not be taken, and good ones that are presented wrongly. */
export function badKeys({ keys, people }: World): BadKey[] {
  const [, good] = keys.key.header;
  const key = (value: string): [string, string] => ["X-Api-Key", value];
  const swapped = `${good.slice(0, -1)}${good.endsWith("0") ? "1" : "0"}`;
  return [
    {
      ...{ id: "cookie-and-key", title: "Cookie and key", about: "A good cookie and a good key at once" },
      headers: [["Cookie", people.owner.cookie], key(good)],
      isTelling: true,
    },
    {
      ...{
        id: "unknown-key-value",
        title: "Unknown API key",
        about: "A well-formed key that nobody was given",
      },
      headers: [key(makeKey().key)],
      isTelling: true,
    },
    {
      ...{ id: "malformed-key", title: "Malformed API key", about: "A text that is no key" },
      headers: [key("hf_live_4fQ0Vn2bJ8kLr6sT")],
    },
    {
      ...{
        id: "key-checksum",
        title: "API key, checksum",
        about: "A good key with its last character changed",
      },
      headers: [key(swapped)],
    },
    {
      ...{ id: "key-case", title: "API key, case", about: "A good key in lower case" },
      headers: [key(good.toLowerCase())],
    },
    {
      ...{ id: "expired-key-value", title: "Expired API key", about: "A key whose time is over" },
      headers: [keys.expired.header],
      isTelling: true,
    },
    {
      ...{ id: "revoked-key", title: "Revoked API key", about: "A key that was revoked" },
      headers: [keys.revoked.header],
      isTelling: true,
    },
    {
      ...{ id: "two-keys", title: "Two keys", about: "Two good keys in two headers" },
      headers: [keys.key.header, keys.bare.header],
    },
    {
      ...{ id: "two-equal-keys", title: "A key twice", about: "A good key in two headers" },
      headers: [keys.key.header, keys.key.header],
    },
    {
      ...{ id: "key-as-bearer", title: "API key as bearer", about: "A good key as a bearer token" },
      headers: [["Authorization", `Bearer ${good}`]],
    },
    {
      ...{ id: "vouched-certificate", title: "Client certificate", about: "A certificate in our own header" },
      headers: [["X-Holdfast-Client-Certificate", `x.${"a".repeat(64)}`]],
    },
  ];
}

const NO_SCOPE: Attack = {
  ...{ id: "key-without-scope", title: "Key without scope", group: "access", owasp: "API5:2023" },
  about: "A good key of the owner's that was given no scope: 403, whatever its owner may.",
  risk: "critical",
  mending: "See permissionsHeld in server/guard/permissions.ts: a key holds no more than its scopes.",
};

/** Every procedure by a key with no scope at all. */
export function scopeTrials(siege: Siege): Trial[] {
  return siege.ways.flatMap((way) => {
    const stand = standAt(siege, way, byKey(siege.world, "bare"));
    if (!stand || siege.matrix.rules.get(way.procedure)?.who.startsWith("anybody")) return [];
    const ask = siege.world.desk.ask(way, stand.input, headersOf(stand));
    return [
      {
        ...{ procedure: way.name, principal: "api-key", attack: NO_SCOPE, mode: "quiet" as const },
        shots: [{ about: "in its workspace", ask, expect: FORBIDDEN, sees: NOBODY }],
      },
    ];
  });
}
