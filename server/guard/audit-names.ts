/** Every change that can be written down: the paths of the mutations. A test compares this list with the router. */
export const AUDIT_NAMES = [
  "profile.update",
  "workspace.create",
  "workspace.update",
  "workspace.delete",
  "project.create",
  "project.update",
  "project.archive",
  "project.delete",
  "task.create",
  "task.update",
  "task.move",
  "task.assign",
  "task.delete",
  "document.create",
  "document.update",
  "document.delete",
  "document.restore",
  "securityEvent.export",
  "securityEvent.verify",
  "user.claimFirstAdmin",
] as const;

export type AuditName = (typeof AUDIT_NAMES)[number];
