import { defineConfig } from "vitest/config";

const shared = {
  resolve: {
    alias: {
      "@": import.meta.dirname,
      // The real one throws outside React's server graph; tests are the server.
      "server-only": `${import.meta.dirname}/node_modules/server-only/empty.js`,
    },
  },
};

/** No database, no network: `npm run check` runs these in seconds. */
const still = {
  ...shared,
  test: {
    name: "static",
    maxWorkers: 2,
    include: ["tests/policy/**/*.test.ts", "tests/architecture/**/*.test.ts"],
    testTimeout: 15_000,
  },
};

/** The global setup runs once for each of these, in one process: it keeps its server on `globalThis`. */
const onDatabase = (name: string, { groupOrder = 0, maxWorkers = 2 } = {}) => ({
  ...shared,
  test: {
    name,
    maxWorkers,
    include: [`tests/${name}/**/*.test.ts`],
    globalSetup: ["tests/support/global-setup.ts"],
    pool: "forks" as const,
    sequence: { groupOrder },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});

// Faults are timed to the millisecond: they run when the others are done.
export default defineConfig({
  test: {
    projects: [
      still,
      onDatabase("isolation"),
      onDatabase("features"),
      onDatabase("attack"),
      onDatabase("faults", { groupOrder: 1, maxWorkers: 1 }),
    ],
    passWithNoTests: true,
  },
});
