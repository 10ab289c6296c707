import { z } from "zod";
import { line } from "@/server/guard/input";
import type { AuthRoute } from "@/server/http/auth-routes";
import { PASSWORD_LENGTH } from "@/server/identity/auth";

const code = z.string().regex(/^\d{6}$/, "Enter the six digits.");
const recoveryCode = z.string().min(16).max(40);
const nothing = z.strictObject({}).optional();
const id = z.uuid().toLowerCase();

/** base64url, as browsers write WebAuthn's bytes; an attestation with its certificates is the longest. */
const bytes = z
  .string()
  .regex(/^[\w-]*$/)
  .max(8_000);
const credential = {
  id: bytes,
  rawId: bytes,
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).nullable().optional(),
  clientExtensionResults: z.strictObject({}),
};
const attestation = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z
      .array(z.enum(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]))
      .max(7)
      .optional(),
  }),
});
const assertion = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.nullable().optional(),
  }),
});

const own = { needsSession: true } as const;
const fresh = { needsSession: true, fresh: true } as const;
const READS = { none: "It reads." };

/** Second factors: setting and removing them, the second step of a sign-in, and step-up. Spread into `AUTH_ROUTES`. */
export const FACTOR_ROUTES: readonly AuthRoute[] = [
  {
    ...{ method: "GET", path: "/two-factor/status", limit: "read", audit: READS, body: null, ...own },
    reason: "People see which second factors they have.",
  },
  {
    ...{ method: "POST", path: "/two-factor/enable", limit: "auth", body: nothing, ...fresh },
    reason: "Setting an authenticator app begins with its secret.",
    audit: { none: "Nothing counts before a code is shown." },
  },
  {
    ...{
      method: "POST",
      path: "/two-factor/confirm",
      limit: "auth",
      body: z.strictObject({ code }),
      ...fresh,
    },
    reason: "A code shows that the app has the secret: from now on it counts.",
    audit: { event: "authn_totp_added" },
  },
  {
    ...{ method: "POST", path: "/two-factor/disable", limit: "auth", body: nothing, ...fresh },
    reason: "People take their authenticator app away.",
    audit: { event: "authn_totp_removed" },
  },
  {
    ...{ method: "POST", path: "/two-factor/recovery-codes", limit: "auth", body: nothing, ...fresh },
    reason: "New recovery codes take the place of the old ones.",
    audit: { event: "authn_recovery_codes_renewed" },
  },
  {
    ...{ method: "POST", path: "/two-factor/verify-totp", limit: "auth", body: z.strictObject({ code }) },
    reason: "The second step of a sign-in, by the app.",
    audit: { event: "authn_login_success" },
    secondStep: true,
  },
  {
    ...{ method: "POST", path: "/two-factor/verify-recovery-code", limit: "auth" },
    body: z.strictObject({ code: recoveryCode }),
    reason: "The second step of a sign-in, by a recovery code.",
    audit: { event: "authn_login_success" },
    secondStep: true,
  },
  {
    ...{ method: "GET", path: "/passkey/generate-authenticate-options", limit: "auth", body: null },
    reason: "A sign-in by passkey, or a step-up, begins with a challenge.",
    audit: { none: "It gives out a challenge." },
  },
  {
    ...{ method: "POST", path: "/passkey/verify-authentication", limit: "auth" },
    body: z.strictObject({ response: assertion }),
    reason: "A session begins with a passkey, or its second step does.",
    audit: { event: "authn_login_success" },
  },
  {
    ...{ method: "GET", path: "/passkey/generate-register-options", limit: "auth", body: null, ...fresh },
    reason: "A new passkey begins with a challenge.",
    audit: { none: "It gives out a challenge." },
  },
  {
    ...{ method: "POST", path: "/passkey/verify-registration", limit: "auth", ...fresh },
    body: z.strictObject({ response: attestation, name: line(80).optional() }),
    reason: "People add passkeys to their accounts.",
    audit: { event: "authn_passkey_added" },
  },
  {
    ...{ method: "POST", path: "/passkey/rename", limit: "write", ...own },
    body: z.strictObject({ id, name: line(80) }),
    reason: "People name their passkeys.",
    audit: { none: "A name for its owner's eyes; it gives no right." },
  },
  {
    ...{ method: "POST", path: "/passkey/remove", limit: "auth", body: z.strictObject({ id }), ...fresh },
    reason: "People remove passkeys.",
    audit: { event: "authn_passkey_removed" },
  },
  {
    ...{ method: "POST", path: "/step-up/password", limit: "auth", ...own },
    body: z.strictObject({ password: z.string().min(1).max(PASSWORD_LENGTH.max) }),
    reason: "A signed-in person proves to be there, by password.",
    audit: { event: "authn_step_up" },
  },
  {
    ...{ method: "POST", path: "/step-up/totp", limit: "auth", body: z.strictObject({ code }), ...own },
    reason: "A signed-in person proves to be there, by the app.",
    audit: { event: "authn_step_up" },
  },
  {
    ...{ method: "POST", path: "/step-up/passkey", limit: "auth", ...own },
    body: z.strictObject({ response: assertion }),
    reason: "A signed-in person proves to be there, by passkey.",
    audit: { event: "authn_step_up" },
  },
];
