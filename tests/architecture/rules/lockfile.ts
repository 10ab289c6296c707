/** The fields of package.json that the rules read. */
export interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface Lock {
  packages: Record<string, Locked>;
}

interface Locked {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** The first version without a published hole that we would stand behind. */
const FLOOR: Record<string, string> = {
  next: "16.4.5",
  "drizzle-orm": "0.45.2",
  "@trpc/server": "11.8.0",
};

const PINNED = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

export function versionsArePinned(manifest: Manifest): string[] {
  return Object.entries(allOf(manifest))
    .filter(([, version]) => !PINNED.test(version))
    .map(([name, version]) => `${name} is "${version}": pin it exactly (npm install --save-exact)`);
}

export function lockHoldsThePins(manifest: Manifest, { packages }: Lock): string[] {
  return Object.entries(allOf(manifest))
    .filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)
    .map(([name, version]) => `${name} ${version} is not what package-lock.json holds: run npm install`);
}

/**
 * `npm install` writes a lock that `npm ci` then refuses, when the registry does not have every platform's package
 * of a new version yet: each exact need of each package must be met by what the lock puts within its reach.
 */
export function lockIsWhole({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, locked]) =>
    Object.entries({ ...locked.dependencies, ...locked.optionalDependencies })
      .filter(([name, version]) => PINNED.test(version) && reach(packages, path, name)?.version !== version)
      .map(
        ([name, version]) => `${path || "the root"} needs ${name} ${version}, which the lock does not hold`,
      ),
  );
}

/** As Node resolves it: the nearest node_modules upwards. */
function reach(packages: Lock["packages"], from: string, name: string): Locked | undefined {
  const found = packages[`${from ? `${from}/` : ""}node_modules/${name}`];
  if (found || from === "") return found;
  return reach(packages, from.slice(0, Math.max(from.lastIndexOf("/node_modules/"), 0)), name);
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
