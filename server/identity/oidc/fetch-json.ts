import { OidcFault } from "@/server/identity/oidc/issuer";

const PATIENCE_MS = 5_000;
const MOST_BYTES = 256 * 1024;

interface Asking {
  method?: "POST";
  body?: URLSearchParams;
  headers?: Record<string, string>;
}

/**
 * A JSON object from the provider. A redirect is no answer: it would carry a secret to where nobody configured it.
 * @throws OidcFault without a 2xx answer of at most 256 KiB within 5 s.
 */
export async function fetchJson(url: string, init: Asking = {}): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(url, {
      ...init,
      headers: { accept: "application/json", ...init.headers },
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) throw new OidcFault(`the provider answered ${response.status}`);
    const body: unknown = JSON.parse(await bounded(response));
    if (typeof body !== "object" || body === null || Array.isArray(body))
      throw new OidcFault("the provider answered no object");
    return body as Record<string, unknown>;
  } catch (error) {
    if (error instanceof Error && error.name === "OidcFault") throw error;
    throw new OidcFault("the provider could not be asked", { cause: error });
  }
}

async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > MOST_BYTES) throw new OidcFault("the provider answered too much");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
