import { z } from "zod";
import { ask, type Outcome, post } from "@/app/_api/auth-client";
import { type ApiError, UNREACHABLE } from "@/app/_api/errors";

const factorStatus = z.object({
  totp: z.boolean(),
  passkeys: z.array(z.object({ id: z.string(), name: z.string(), createdAt: z.string() })),
  recoveryCodes: z.number(),
  password: z.boolean(),
  secondFactor: z.boolean(),
});
export type FactorStatus = z.infer<typeof factorStatus>;

/** What the person behind this session has set. Throws an `ApiError`, as query functions do. */
export async function readFactors(): Promise<FactorStatus> {
  const outcome = await ask("two-factor/status");
  if (!outcome.ok) throw new FactorsUnread(outcome.error);
  return factorStatus.parse(outcome.body);
}

/** In the form in which failed calls of procedures come, so that `errorOf` reads both. */
class FactorsUnread extends Error {
  readonly data: Omit<ApiError, "status" | "message"> & { httpStatus: number };
  constructor({ message, status, ...error }: ApiError) {
    super(message);
    this.data = { ...error, httpStatus: status };
  }
}

export const FACTORS = { queryKey: ["factors"], queryFn: readFactors } as const;

/** Whether this browser knows passkeys, and this address can have them: no bare IP address can. */
export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && !/^[\d.]+$|:/.test(window.location.hostname);
}

/** Signs in with whichever passkey of this site the person picks. */
export const signInByPasskey = () => withAssertion("passkey/verify-authentication");

/** Proves within a session that the person is there. */
export const stepUpByPasskey = () => withAssertion("step-up/passkey");

async function withAssertion(path: string): Promise<Outcome> {
  const options = await ask("passkey/generate-authenticate-options");
  if (!options.ok) return options;
  return ceremony(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({
      ...(options.body as PublicKeyCredentialRequestOptionsJSON),
      userVerification: "required",
    });
    const credential = jsonOf<AuthenticatorAssertionResponseJSON>(
      await navigator.credentials.get({ publicKey }),
    );
    const { clientDataJSON, authenticatorData, signature, userHandle = null } = credential.response;
    return post(path, {
      response: { ...credential, response: { clientDataJSON, authenticatorData, signature, userHandle } },
    });
  });
}

/** Makes a passkey and adds it to the account. */
export async function addPasskey(name: string): Promise<Outcome> {
  const options = await ask("passkey/generate-register-options");
  if (!options.ok) return options;
  return ceremony(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options.body as PublicKeyCredentialCreationOptionsJSON,
    );
    const credential = jsonOf<AuthenticatorAttestationResponseJSON>(
      await navigator.credentials.create({ publicKey }),
    );
    const { clientDataJSON, attestationObject, transports } = credential.response;
    const response = { ...credential, response: { clientDataJSON, attestationObject, transports } };
    return post("passkey/verify-registration", { response, name });
  });
}

/** What the server reads of a credential; extensions we asked for none. */
function jsonOf<Answer>(credential: Credential | null) {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  const { id, rawId, type, response } = credential.toJSON();
  return { id, rawId, type, clientExtensionResults: {}, response: response as Answer };
}

/** Whoever closes the browser's own dialog has not failed at anything. */
async function ceremony(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    const known: Record<string, string> = {
      NotAllowedError: "The passkey was not used. Try again, or choose another way.",
      InvalidStateError: "This device has a passkey of yours already.",
      SecurityError: "Passkeys do not work at this address.",
    };
    const message = known[name];
    return {
      ok: false,
      error: message ? { ...UNREACHABLE, code: "PASSKEY_NOT_USED", message } : UNREACHABLE,
    };
  }
}
