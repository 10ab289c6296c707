import type { IncomingMessage } from "node:http";
import type { PublicError } from "@/server/guard/errors";
import { CERTIFICATE_HEADER, type Certificates } from "@/server/identity/keys/certificate";

/** What a request says of its client certificate: nothing, one that counts, or what is refused. */
export type Presented = "none" | "refused" | { vouched: string };

export const UNTRUSTED: PublicError = {
  code: "UNAUTHORIZED",
  httpStatus: 401,
  message: "Sign in to go on.",
};

/** Reads the header by which a proxy of ours hands on the certificate that it verified. Anybody else's word is refused. */
export function presentedCertificate(
  request: IncomingMessage,
  { header, vouch }: Pick<Certificates, "header" | "vouch">,
  isFromProxy: boolean,
): Presented {
  const values = header === null ? undefined : request.headersDistinct[header];
  if (!values) return "none";
  if (!isFromProxy) return "refused";
  const [value = ""] = values;
  // What a proxy says of a client that has none.
  if (values.length === 1 && value === "") return "none";
  const vouched = values.length === 1 ? vouch(value) : undefined;
  return vouched === undefined ? "refused" : { vouched };
}

/** Hands it on, in the place of what came. After `stripHeaders`. */
export function handOn(request: IncomingMessage, header: string | null, presented: Presented): void {
  if (header) delete request.headers[header];
  if (typeof presented === "object") request.headers[CERTIFICATE_HEADER] = presented.vouched;
}
