import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "@/server/router";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let owner: Person;
let member: Person;
let workspaceId: string;
const withFactor = ({ userId }: Person, isSet: boolean) =>
  house.admin`update session set second_factor_at = case when ${isSet} then now() end where user_id = ${userId}`;
const require = (person: Person, required: boolean) =>
  house.call(person, "workspace.setSecondFactor", { id: workspaceId, required });
beforeAll(async () => {
  house = await openHouse();
  [owner, member] = [await house.person(), await house.person()];
  workspaceId = (await owner.in().workspace.create({ name: "Vault" })).id;
  await house.join(member, workspaceId, "member");
  await withFactor(owner, true);
});
afterAll(() => house.close());

type Policies = Record<string, { _def: { meta: { policy: { permission?: string } } } }>;
const permissionOf = (path: string) =>
  (appRouter._def.procedures as unknown as Policies)[path]?._def.meta.policy.permission ?? "";

describe("a workspace that asks for a second factor", () => {
  it("is asked to by its owner alone, who has one", async () => {
    await withFactor(owner, false);
    const locked = await require(owner, true);
    expect([locked.status, locked.body.error?.data.reason]).toEqual([403, "SECOND_FACTOR_REQUIRED"]);
    await withFactor(owner, true);
    expect((await require(member, true)).body.error?.data).toMatchObject({ code: "FORBIDDEN" });
    expect((await require(owner, true)).status).toBe(200);
    expect(await owner.in(workspaceId).workspace.get({ id: workspaceId })).toMatchObject({
      requiresSecondFactor: true,
    });
    const [row] = await house.admin`
      select d.facts from audit_event e join audit_detail d on d.event_id = e.id
      where e.action = 'workspace.setSecondFactor'`;
    expect(row?.facts).toBe('{"before":null,"after":{"requireSecondFactor":true}}');
  });

  it("lets nobody in whose session has one factor, and tells them why", async () => {
    for (const path of ["project.list", "task.list", "member.list", "document.list"]) {
      const answer = await house.call(member, path, {}, { "x-workspace-id": workspaceId });
      expect([path, answer.status, answer.body.error?.data]).toMatchObject([
        ...[path, 403, { code: "FORBIDDEN", reason: "SECOND_FACTOR_REQUIRED" }],
      ]);
    }
    const get = await house.call(member, "workspace.get", { id: workspaceId });
    expect([get.status, get.body.error?.data.reason]).toEqual([403, "SECOND_FACTOR_REQUIRED"]);
    await withFactor(member, true);
    expect((await house.call(member, "task.list", {}, { "x-workspace-id": workspaceId })).status).toBe(200);
    await withFactor(member, false);
  });

  it("refuses every permission over a workspace, and none over oneself", async () => {
    for (const path of Object.keys(appRouter._def.procedures)) {
      if (path === "task.changes") continue;
      const { status, body } = await house.call(
        ...([member, path, { id: workspaceId }, { "x-workspace-id": workspaceId }] as const),
      );
      const isOwn =
        /^(me|profile|session|securityEvent|alert|user):|^(workspace:(list|create)|invitation:(mine|answer))$/.test(
          permissionOf(path),
        );
      expect([path, status === 403 && body.error?.data.reason === "SECOND_FACTOR_REQUIRED"]).toEqual([
        path,
        !isOwn,
      ]);
    }
    const stream = await house.call(member, "task.changes", { workspaceId }).catch(() => "refused");
    expect(stream).toMatchObject({ status: 403 });
  });

  it("says nothing of this to strangers", async () => {
    const stranger = await house.person();
    const answer = await house.call(stranger, "task.list", {}, { "x-workspace-id": workspaceId });
    expect(answer.body.error?.data).not.toHaveProperty("reason");
    expect(answer.status).toBe(403);
  });

  it("leaves its members' other workspaces alone", async () => {
    expect((await house.call(member, "task.list", {})).status).toBe(200);
  });

  it("asks no longer when its owner says so", async () => {
    expect((await require(owner, false)).status).toBe(200);
    expect((await house.call(member, "task.list", {}, { "x-workspace-id": workspaceId })).status).toBe(200);
  });
});
