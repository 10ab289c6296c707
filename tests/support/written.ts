import { expect } from "vitest";

const INSTANT = expect.stringMatching(/^\d{4}-.*Z$/);

/** What each mutation writes down of itself when it is called as tests/isolation/inputs.ts says, by hand. */
export const WRITTEN: Record<string, { before: unknown; after: unknown }> = {
  "alert.acknowledge": { before: { acknowledged: false }, after: { acknowledged: true } },
  "alert.resolve": { before: { resolved: false }, after: { resolved: true } },
  "profile.update": { before: { name: "Person detail" }, after: { name: "Renamed" } },
  "workspace.create": { before: null, after: { name: { length: 7 } } },
  "workspace.update": { before: { name: { length: 12 } }, after: { name: { length: 7 } } },
  "workspace.delete": { before: { name: { length: 12 } }, after: null },
  "project.create": {
    before: null,
    after: {
      name: { length: 3 },
      description: { length: 0 },
      ownerId: "user",
      archivedAt: null,
      version: 1,
    },
  },
  "project.update": {
    before: { name: { length: 14 }, version: 1 },
    after: { name: { length: 7 }, version: 2 },
  },
  "project.archive": {
    before: { archivedAt: null, version: 1 },
    after: { archivedAt: expect.stringMatching(/^\d{4}-.*Z$/), version: 2 },
  },
  "project.delete": {
    before: {
      name: { length: 14 },
      description: { length: 6 },
      ownerId: "user",
      archivedAt: null,
      version: 1,
    },
    after: null,
  },
  "task.create": {
    before: null,
    after: {
      title: { length: 3 },
      description: { length: 0 },
      ownerId: "user",
      projectId: "project",
      assigneeId: "user",
      status: "todo",
      priority: "normal",
      dueAt: null,
      position: expect.stringMatching(/^a0/),
      version: 1,
    },
  },
  "task.update": {
    before: { title: { length: 11 }, version: 1 },
    after: { title: { length: 7 }, version: 2 },
  },
  "task.move": { before: { status: "todo", version: 1 }, after: { status: "done", version: 2 } },
  "task.assign": { before: { version: 1 }, after: { version: 2 } },
  "task.delete": {
    before: {
      title: { length: 11 },
      description: { length: 6 },
      ownerId: "user",
      projectId: "project",
      assigneeId: "user",
      status: "todo",
      priority: "normal",
      dueAt: null,
      position: expect.stringMatching(/^a0/),
      version: 1,
    },
    after: null,
  },
  "document.create": {
    before: null,
    after: { title: { length: 3 }, body: { length: 0 }, ownerId: "user", projectId: "project", version: 1 },
  },
  "document.update": {
    before: { body: { length: 6 }, version: 1 },
    after: { body: { length: 7 }, version: 2 },
  },
  "document.restore": { before: { version: 1 }, after: { version: 2 } },
  "document.delete": {
    before: {
      title: { length: 15 },
      body: { length: 6 },
      ownerId: "user",
      projectId: "project",
      version: 1,
    },
    after: null,
  },
  "securityEvent.export": {
    before: null,
    after: {
      format: "csv",
      after: null,
      before: null,
      cursor: null,
      rows: expect.any(Number),
      newest: expect.stringMatching(/^[0-9a-f-]{36}$/),
      oldest: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  },
  "securityEvent.verify": {
    before: null,
    after: { from: 1, whole: true, rows: expect.any(Number), seals: expect.any(Number), fault: null },
  },
  "user.claimFirstAdmin": { before: { role: "user" }, after: { role: "admin" } },
  "user.setRole": { before: { role: "user" }, after: { role: "auditor" } },
  "user.ban": { before: { banned: false, reason: null }, after: { banned: true, reason: { length: 4 } } },
  "user.unban": { before: {}, after: {} },
  "user.revokeSessions": { before: { sessions: 1 }, after: { sessions: 0 } },
  "member.invite": { before: null, after: { role: "admin" } },
  "member.setRole": { before: { role: "viewer" }, after: { role: "admin" } },
  "member.remove": { before: { person: expect.any(String), role: "viewer" }, after: null },
  "member.leave": { before: { person: "user", role: "owner" }, after: null },
  "member.transferOwnership": {
    before: { owner: "user", role: "viewer" },
    after: { owner: expect.any(String), role: "owner" },
  },
  "invitation.accept": {
    before: { status: "pending", workspace: null, membership: null, role: null },
    after: {
      status: "accepted",
      workspace: expect.any(String),
      membership: expect.any(String),
      role: "member",
    },
  },
  "invitation.decline": { before: { status: "pending" }, after: { status: "declined" } },
  "invitation.revoke": { before: { status: "pending" }, after: { status: "revoked" } },
  "workspace.setSecondFactor": { before: null, after: { requireSecondFactor: false } },
  "apiKey.create": {
    before: null,
    after: { name: { length: 3 }, scopes: "", expiresAt: INSTANT, serviceAccountId: null },
  },
  "apiKey.rotate": {
    before: null,
    after: {
      name: { length: 10 },
      scopes: "",
      expiresAt: INSTANT,
      serviceAccountId: null,
      replaces: "apiKey",
      overlapEndsAt: INSTANT,
    },
  },
  "apiKey.revoke": { before: { revoked: false }, after: { revoked: true } },
  "serviceAccount.create": {
    before: null,
    after: { name: { length: 3 }, scopes: "", certificate: null },
  },
  "serviceAccount.delete": {
    before: { name: { length: 14 }, scopes: "", certificate: null },
    after: null,
  },
  "session.revoke": { before: { createdAt: INSTANT }, after: null },
  "session.revokeOthers": { before: { others: 1 }, after: { others: 0 } },
};
