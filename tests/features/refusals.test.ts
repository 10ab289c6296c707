import { v4 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataOf } from "@/tests/support/answers";
import { PASSWORD, sendAuth, signUp } from "@/tests/support/browser";
import { openDoor } from "@/tests/support/gate";
import { type House, openHouse, type Person } from "@/tests/support/house";
import { limitsOf } from "@/tests/support/limits";
import {
  appended,
  freshNetwork,
  from,
  itLeavesOneRowEach,
  type Kind,
  refusals,
} from "@/tests/support/refusals";

const FORGED = "holdfast.session_token=abcdefghijklmnop.c2lnbmF0dXJlLW9mLW5vYm9keQ%3D%3D";

let house: House;
let narrow: House;
let away: House;
let person: Person;
let other: Person;
let hasty: Person;
let uncounted: Person;
beforeAll(async () => {
  [house, narrow, away] = await Promise.all([
    openHouse(),
    openHouse({ limits: limitsOf("read=1") }),
    // Nobody listens there: this process grants alone what it may, and no more.
    openHouse({ limits: limitsOf("read=1"), limitStore: { kind: "redis", url: "redis://127.0.0.1:1" } }),
  ]);
  [person, other, hasty, uncounted] = await Promise.all([
    house.person(),
    house.person(),
    narrow.person(),
    away.person(),
  ]);
});
afterAll(() => Promise.all([house, narrow, away].map((one) => one.close())));

const authz = { action: "authz_fail", outcome: "denied" };
const forbidden = { ...authz, reason: "FORBIDDEN" };
const tooMany = { action: "excess_rate_limit_exceeded", outcome: "denied", reason: "TOO_MANY_REQUESTS" };
const unchecked = {
  action: "excess_rate_limit_exceeded",
  outcome: "failure",
  reason: "SERVICE_UNAVAILABLE",
};

const KINDS: Record<string, Kind> = {
  "a call of nobody": {
    at: () => house,
    refuse: (address) => house.call(null, "task.list", {}, from(address)),
    row: { ...authz, reason: "UNAUTHORIZED", target: "task.list", resource_kind: "task" },
  },
  "a call with a forged cookie, past the gate": {
    at: () => house,
    refuse: (address) => house.call(null, "task.list", {}, { cookie: FORGED, ...from(address) }),
    row: { ...authz, reason: "UNAUTHORIZED", target: "task.list" },
  },
  "a call in a foreign workspace": {
    at: () => house,
    refuse: (address) =>
      house.call(person, "task.list", {}, { "x-workspace-id": other.workspaceId, ...from(address) }),
    row: { ...forbidden, target: "task.list" },
    by: () => person,
  },
  "a call on a row that is not there": {
    at: () => house,
    refuse: (address) => house.call(person, "task.delete", { id: v4() }, from(address)),
    row: { ...forbidden, target: "task.delete" },
    by: () => person,
  },
  "a call that names a row of another workspace, refused by the database": {
    at: () => house,
    refuse: (address) =>
      house.call(person, "task.create", { title: "A task", assigneeId: other.userId }, from(address)),
    row: { ...forbidden, target: "task.create" },
    by: () => person,
  },
  "a call for security staff": {
    at: () => house,
    refuse: (address) => house.call(person, "alert.list", {}, from(address)),
    row: { ...forbidden, target: "alert.list", resource_kind: "alert" },
    by: () => person,
  },
  "a call over its budget": {
    at: () => narrow,
    refuse: async (address) => {
      await narrow.call(hasty, "me.get", undefined, from(address));
      await narrow.call(hasty, "me.get", undefined, from(address));
    },
    row: { ...tooMany, target: "me.get" },
    by: () => hasty,
  },
  "a call that nobody can count": {
    at: () => away,
    refuse: async (address) => {
      await away.call(uncounted, "me.get", undefined, from(address));
      await away.call(uncounted, "me.get", undefined, from(address));
    },
    row: { ...unchecked, target: "me.get" },
    by: () => uncounted,
  },
  "a write from another site, past the gate": {
    at: () => house,
    refuse: (address) =>
      house.call(
        person,
        "task.create",
        { title: "A task" },
        { origin: "https://evil.example", ...from(address) },
      ),
    row: { action: "malicious_cors", outcome: "denied", reason: "CROSS_SITE_REQUEST", target: "gate" },
  },
};

describe("a call leaves exactly one row:", () => itLeavesOneRowEach(KINDS));

describe("no row is left", () => {
  it("by an answer, bad input, a conflict, an unknown route, a wrong type, or a failure of ours", async () => {
    const { address, prefix } = freshNetwork();
    const call = (path: string, input: unknown, headers = {}) =>
      house.call(person, path, input, { ...headers, ...from(address) });
    const ask = (path: string, body: object) =>
      sendAuth(house, "POST", path, { body, headers: from(address) });
    const email = "whole@example.com";
    await signUp(house, email);
    const { id } = dataOf(await call("project.create", { name: "One" }));
    const statuses = [
      await call("me.get", undefined),
      await call("project.create", { nonsense: true }),
      await call("project.update", { id, name: "Two", version: 7 }),
      await call("project.create", { name: "One" }, { "idempotency-key": "two words" }),
      await call("nothing.there", {}),
      await call("project.create", { name: "One" }, { "content-type": "text/plain" }),
      await ask("/sign-in/email", { email: "no address", password: PASSWORD }),
      await ask("/ok", {}),
      await ask("/sign-in/email", { email, password: PASSWORD }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 400, 409, 400, 404, 415, 400, 404, 200]);
    await house.admin`alter table task rename to task_away`;
    expect((await call("task.list", {})).status).toBe(500);
    await house.admin`alter table task_away rename to task`;
    const door = await openDoor(house, { proxies: ["127.0.0.1"] });
    for (const line of ["GET /a-page", "DELETE /a-page", "POST /a-page", "POST /api/trpc/me.get"])
      await door.raw(
        `${line} HTTP/1.1\nHost: 127.0.0.1:${door.port}\nX-Forwarded-For: ${address}\nConnection: close\n\n`,
      );
    await door.close();
    await appended(house);
    expect(await refusals(house, house.admin`address_prefix = ${prefix}`)).toEqual([]);
  });
});

it("from a page too, whose calls do not come over HTTP", async () => {
  await expect(person.in(other.workspaceId).document.list({})).rejects.toThrow("You may not do this");
  await appended(house);
  expect(
    await refusals(house, house.admin`target = 'document.list' and actor_id = ${person.userId}`),
  ).toEqual([expect.objectContaining({ action: "authz_fail", reason: "FORBIDDEN", count: 1 })]);
});
