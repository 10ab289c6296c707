/** Scopes as the table keeps them, in the form of Better Auth's plugin: `{"task":["read","create"]}`. */
export function permissionsText(scopes: readonly string[]): string {
  const byNoun: Record<string, string[]> = {};
  for (const scope of [...scopes].sort()) {
    const [noun = "", verb = ""] = scope.split(":");
    byNoun[noun] = [...(byNoun[noun] ?? []), verb];
  }
  return JSON.stringify(byNoun);
}

/** Whatever is not of that form grants nothing. */
export function scopesIn(permissions: string | null): string[] {
  const parsed = parsedOf(permissions ?? "{}");
  if (typeof parsed !== "object" || parsed === null) return [];
  return Object.entries(parsed).flatMap(([noun, verbs]) =>
    Array.isArray(verbs) ? verbs.map((verb) => `${noun}:${String(verb)}`) : [],
  );
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
