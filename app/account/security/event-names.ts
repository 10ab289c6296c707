import type { SecurityEvent } from "@/server/features/security-event/schema";

/** What people read instead of the names in the audit trail. */
const NAMES: Record<string, string> = {
  authn_login_success: "Signed in",
  authn_login_fail: "Sign-in failed",
  authn_password_change: "Changed the password",
  session_terminated: "Signed out",
  authn_token_created: "Signed in an API client",
  authn_token_revoked: "Signed out an API client",
  authn_token_reuse: "A refresh token was used twice; its session was ended",
  user_created: "Created the account",
  authn_identity_linked: "Connected another way to sign in",
  user_email_verified: "Confirmed the e-mail address",
  authn_password_change_fail: "Changing the password failed",
  authn_totp_added: "Set up an authenticator app",
  authn_totp_removed: "Removed the authenticator app",
  authn_passkey_added: "Added a passkey",
  authn_passkey_removed: "Removed a passkey",
  authn_recovery_codes_renewed: "Made new recovery codes",
  authn_recovery_code_used: "Used a recovery code",
  authn_step_up: "Confirmed to be there",
  authn_step_up_fail: "Confirming to be there failed",
  authz_fail: "Was refused",
  excess_rate_limit_exceeded: "Was refused for coming too often",
  "profile.update": "Changed the profile",
  "workspace.create": "Created a workspace",
  "workspace.update": "Renamed a workspace",
  "workspace.setSecondFactor": "Changed whether a workspace asks for a second factor",
  "workspace.delete": "Deleted a workspace",
  "member.invite": "Invited somebody",
  "member.setRole": "Changed somebody's role",
  "member.remove": "Removed somebody from a workspace",
  "member.leave": "Left a workspace",
  "member.transferOwnership": "Handed over a workspace",
  "invitation.accept": "Accepted an invitation",
  "invitation.decline": "Declined an invitation",
  "invitation.revoke": "Revoked an invitation",
  "project.create": "Created a project",
  "project.update": "Changed a project",
  "project.archive": "Archived or restored a project",
  "project.delete": "Deleted a project",
  "task.create": "Created a task",
  "task.update": "Changed a task",
  "task.move": "Moved a task",
  "task.assign": "Assigned a task",
  "task.delete": "Deleted a task",
  "document.create": "Created a document",
  "document.update": "Edited a document",
  "document.delete": "Deleted a document",
  "document.restore": "Restored a version of a document",
  "apiKey.create": "Made an API key",
  "apiKey.rotate": "Rotated an API key",
  "apiKey.revoke": "Revoked an API key",
  "serviceAccount.create": "Made a service account",
  "serviceAccount.delete": "Deleted a service account",
  "alert.acknowledge": "Acknowledged an alert",
  "alert.resolve": "Resolved an alert",
  "session.revoke": "Signed a device out",
  "session.revokeOthers": "Signed all other devices out",
  "user.claimFirstAdmin": "Became the first admin",
  "user.setRole": "Changed a platform role",
  "user.ban": "Banned somebody",
  "user.unban": "Lifted a ban",
  "user.revokeSessions": "Ended somebody's sessions",
};

/** Names that are not in the list yet are shown as they are, with their separators as spaces. */
export function eventName(action: string): string {
  const known = NAMES[action];
  if (known) return known;
  const words = action.replace(/[._]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const WITH: Record<SecurityEvent["actorKind"], string | null> = {
  user: null,
  anonymous: null,
  key: "with an API key",
  service: "by a service",
  system: "by Holdfast",
};

/** Where it came from and how, in a few words. */
export function eventOrigin({ actorKind, addressPrefix }: SecurityEvent): string {
  return [WITH[actorKind], addressPrefix && `from ${addressPrefix}`].filter(Boolean).join(" · ");
}
