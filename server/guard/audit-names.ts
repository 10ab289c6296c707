/** Every change that can be written down: the paths of the mutations. A test compares this list with the router. */
export const AUDIT_NAMES = [
  "profile.update",
  "workspace.create",
  "workspace.update",
  "workspace.setSecondFactor",
  "workspace.delete",
  "member.invite",
  "member.setRole",
  "member.remove",
  "member.leave",
  "member.transferOwnership",
  "invitation.accept",
  "invitation.decline",
  "invitation.revoke",
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
  "apiKey.create",
  "apiKey.rotate",
  "apiKey.revoke",
  "serviceAccount.create",
  "serviceAccount.delete",
  "alert.acknowledge",
  "alert.resolve",
  "securityEvent.export",
  "securityEvent.verify",
  "user.claimFirstAdmin",
  "session.revoke",
  "session.revokeOthers",
  "user.setRole",
  "user.ban",
  "user.unban",
  "user.revokeSessions",
] as const;

export type AuditName = (typeof AUDIT_NAMES)[number];

/**
 * What is written down besides changes: words of the OWASP Logging Vocabulary, and one of ours in its manner
 * (`authn_credential_invalid`: a cookie or header that is none). See docs/decisions/0007-refusals-leave-evidence.md.
 */
export type EventName =
  | "authn_login_fail"
  | "authn_password_change_fail"
  | "authn_step_up_fail"
  | "authn_credential_invalid"
  | "authz_fail"
  | "excess_rate_limit_exceeded"
  | "input_validation_fail"
  | "malicious_cors";
