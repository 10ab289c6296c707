import { afterAll, beforeAll, describe } from "vitest";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse } from "@/tests/support/house";
import { limitsOf } from "@/tests/support/limits";
import { itLeavesOneRowEach, type Kind } from "@/tests/support/refusals";

const FORGED = "holdfast.session_token=abcdefghijklmnop.c2lnbmF0dXJlLW9mLW5vYm9keQ%3D%3D";

let house: House;
let narrow: House;
let door: Door;
let tight: Door;
let full: Door;
beforeAll(async () => {
  [house, narrow] = await Promise.all([openHouse(), openHouse({ limits: limitsOf("floor=2") })]);
  const proxies = ["127.0.0.1"];
  door = await openDoor(house, { proxies });
  tight = await openDoor(narrow, { proxies });
  full = await openDoor(house, { proxies, maxInFlight: 0 });
});
afterAll(async () => {
  await Promise.all([door, tight, full].map((one) => one.close()));
  await Promise.all([house, narrow].map((one) => one.close()));
});

const raw = (at: Door, address: string, request: string, headers = "", host = `127.0.0.1:${at.port}`) =>
  at.raw(`${request} HTTP/1.1\nHost: ${host}\nX-Forwarded-For: ${address}\nConnection: close\n${headers}\n`);
const json = "Content-Type: application/json\nContent-Length: 2\n";
const gate = { target: "gate", resource_kind: "gate" };
const tooMany = { action: "excess_rate_limit_exceeded", outcome: "denied", reason: "TOO_MANY_REQUESTS" };

const KINDS: Record<string, Kind> = {
  "a forged cookie at the gate": {
    at: () => house,
    refuse: (address) => raw(door, address, "GET /api/trpc/me.get", `Cookie: ${FORGED}\n`),
    row: { action: "authn_credential_invalid", outcome: "failure", reason: "COOKIE_FORGED", ...gate },
  },
  "a malformed credential": {
    at: () => house,
    refuse: (address) => raw(door, address, "GET /api/trpc/me.get", "Authorization: Basic dTpw\n"),
    row: { action: "authn_credential_invalid", outcome: "failure", reason: "CREDENTIAL_MALFORMED", ...gate },
  },
  "a write from another site": {
    at: () => house,
    refuse: (address) =>
      raw(door, address, "POST /api/trpc/task.create", `Origin: https://evil.example\n${json}\n{}`),
    row: { action: "malicious_cors", outcome: "denied", reason: "CROSS_SITE_REQUEST", ...gate },
  },
  "another's host": {
    at: () => house,
    refuse: (address) => raw(door, address, "GET /", "", "evil.example"),
    row: { action: "input_validation_fail", outcome: "denied", reason: "MISDIRECTED_REQUEST", ...gate },
  },
  "a target that is no path": {
    at: () => house,
    refuse: (address) => raw(door, address, "GET http://evil.example/"),
    row: { action: "input_validation_fail", outcome: "denied", reason: "BAD_REQUEST", ...gate },
  },
  "a network over its floor": {
    at: () => narrow,
    refuse: async (address) => {
      for (let time = 0; time < 3; time++) await raw(tight, address, "GET /a-page");
    },
    row: { ...tooMany, ...gate },
  },
  "a request too many at once": {
    at: () => house,
    refuse: (address) => raw(full, address, "GET /a-page"),
    row: { action: "excess_rate_limit_exceeded", outcome: "denied", reason: "IN_FLIGHT", ...gate },
  },
};

describe("the gate leaves exactly one row:", () => itLeavesOneRowEach(KINDS));
