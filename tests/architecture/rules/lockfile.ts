/** The fields of package.json that the rules read. */
export interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface Lock {
  packages: Record<string, { version?: string }>;
}

/** The first version without a published hole that we would stand behind. */
const FLOOR: Record<string, string> = {
  next: "16.4.5",
  "drizzle-orm": "0.45.2",
  "@trpc/server": "11.8.0",
};

export function versionsArePinned(manifest: Manifest): string[] {
  return Object.entries(allOf(manifest))
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} is "${version}": pin it exactly (npm install --save-exact)`);
}

export function lockHoldsThePins(manifest: Manifest, { packages }: Lock): string[] {
  return Object.entries(allOf(manifest))
    .filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)
    .map(([name, version]) => `${name} ${version} is not what package-lock.json holds: run npm install`);
}

/** Every copy counts, not only the one at the top. */
export function noKnownHoles({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, { version = "0.0.0" }]) => {
    const name = path.split("node_modules/").at(-1) ?? "";
    const floor = FLOOR[name];
    return floor && isOlder(version, floor) ? [`${path} is ${version}: it must be ${floor} or newer`] : [];
  });
}

function allOf({ dependencies, devDependencies, optionalDependencies }: Manifest): Record<string, string> {
  return { ...dependencies, ...devDependencies, ...optionalDependencies };
}

function isOlder(version: string, floor: string): boolean {
  const [have, want] = [version, floor].map((text) => text.split(/[.-]/).map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (have?.[index] ?? 0) - (want?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  // A pre-release comes before its release.
  return version.includes("-");
}
