import type { PublicError } from "@/server/guard/errors";
import { isOfWorkspace, type Permission } from "@/server/guard/permissions";
import type { Identity, Principal } from "@/server/identity/identity";

/** Milliseconds for which a proof (password, code or passkey) is fresh. */
export const FRESH_MS = 10 * 60_000;

export const STEP_UP_REQUIRED: PublicError = {
  code: "STEP_UP_REQUIRED",
  httpStatus: 403,
  message: "Prove that it is you to go on.",
};

/** Told to members only: they are in, and may know why they can not come in like this. */
export const SECOND_FACTOR_REQUIRED: PublicError = {
  code: "FORBIDDEN",
  httpStatus: 403,
  message: "This workspace asks for a second factor. Set one up in your account, then come again.",
  reason: "SECOND_FACTOR_REQUIRED",
};

/** Whether the person behind a session has proven to be there just now. A token, key or service never has. */
export function isFresh({ kind, provenAt }: Pick<Principal, "kind" | "provenAt">, now = Date.now()): boolean {
  return kind === "session" && provenAt !== null && now - provenAt.getTime() < FRESH_MS;
}

/**
 * Whether the workspace asks a person for a second factor that the session lacks. What concerns oneself (account, list
 * of workspaces) goes on, so that one can be set. A key or service is nobody who could show one: who made it could.
 */
export function lacksSecondFactor(identity: Identity, permission: Permission): boolean {
  const { kind, secondFactor, secondFactorWorkspaces, workspaceId } = identity;
  if (secondFactor || kind === "key" || kind === "service") return false;
  return secondFactorWorkspaces.has(workspaceId) && isOfWorkspace(permission);
}
