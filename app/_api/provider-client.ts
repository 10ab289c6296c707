import { z } from "zod";
import { toError } from "@/app/_api/auth-client";
import { type ApiError, UNREACHABLE } from "@/app/_api/errors";

const PATHS = { "sign-in": "sign-in/social", connect: "link-social" } as const;

export type ProviderErrand = keyof typeof PATHS;

const begun = z.object({ url: z.url({ protocol: /^https?$/ }) });

/** Begins a sign-in with the provider, or the connecting of an account there: answers where to go, or what is wrong. */
export async function askProvider(
  errand: ProviderErrand,
  provider: string,
  callbackURL: string,
): Promise<{ url: string } | { error: ApiError }> {
  try {
    const response = await fetch(`/api/auth/${PATHS[errand]}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ provider, callbackURL }),
    });
    const body: unknown = await response.json().catch(() => null);
    const parsed = begun.safeParse(body);
    return response.ok && parsed.success ? parsed.data : { error: toError(response, body) };
  } catch {
    return { error: UNREACHABLE };
  }
}
