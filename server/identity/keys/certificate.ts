import { randomBytes, timingSafeEqual, X509Certificate } from "node:crypto";
import { type Principal, Unauthenticated } from "@/server/identity/identity";
import { certificateDigest } from "@/server/identity/records/load-key";
import type { Records } from "@/server/identity/records/record";

/** Name of the header in which the gate hands a client certificate on; stripped from what comes in. */
export const CERTIFICATE_HEADER = "x-holdfast-client-certificate";
const FINGERPRINT = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Client certificates that a proxy of ours has verified. */
export interface Certificates {
  /** Name of the proxy's header, in lower case; null: no certificate counts. */
  header: string | null;
  /** What the gate hands on of what a proxy of ours says; undefined for what names no certificate. */
  vouch(value: string): string | undefined;
  /** The fingerprint that the gate of this process vouched for; null for anything else. */
  vouched(value: string): string | null;
}

/** Vouching is by a secret of this process: where nothing strips the header, as on hosts that run Next alone, nobody is believed. */
export function createCertificates(header: string | null): Certificates {
  const secret = randomBytes(24).toString("base64url");
  return {
    header: header?.toLowerCase() ?? null,
    vouch: (value) => {
      const fingerprint = fingerprintOf(value);
      return fingerprint && `${secret}.${fingerprint}`;
    },
    vouched: (value) => {
      const [presented = "", fingerprint = ""] = value.split(".");
      const isOurs =
        presented.length === secret.length && timingSafeEqual(Buffer.from(presented), Buffer.from(secret));
      return isOurs && FINGERPRINT.test(fingerprint) ? fingerprint : null;
    },
  };
}

/** A SHA-256 fingerprint with or without colons, or the certificate itself as PEM in percent-encoding, as nginx hands it. */
function fingerprintOf(value: string): string | undefined {
  const plain = value.replaceAll(":", "").toLowerCase();
  if (FINGERPRINT.test(plain)) return plain;
  if (!value.startsWith("-----BEGIN%20CERTIFICATE-----")) return undefined;
  try {
    return new X509Certificate(decodeURIComponent(value)).fingerprint256.replaceAll(":", "").toLowerCase();
  } catch {
    return undefined;
  }
}

/** Finds the service account that a certificate is for in the workspace that the call names. */
export function createCertificateFinder({
  records,
  vouched,
}: Pick<Certificates, "vouched"> & { records: Records }) {
  return async (value: string, workspaceId: string | null): Promise<Principal> => {
    const fingerprint = vouched(value);
    const workspace = workspaceId?.toLowerCase() ?? "";
    // The same certificate may serve several workspaces: whose service calls, the call says.
    const isNamed = fingerprint !== null && UUID.test(workspace);
    const principal =
      isNamed && (await records.find({ by: "key", digest: certificateDigest(workspace, fingerprint) }));
    if (!principal) throw new Unauthenticated();
    return principal;
  };
}
