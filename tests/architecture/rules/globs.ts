/** `*` is anything within one folder, `**` any number of folders; all else is itself. */
export function matches(glob: string, path: string): boolean {
  const parts = glob.split(/(\*\*\/|\*\*|\*)/).map((part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(path);
}

export function matchesAny(globs: readonly string[], path: string): boolean {
  return globs.some((glob) => matches(glob, path));
}
