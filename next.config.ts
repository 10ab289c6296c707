import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The optimiser is one more public endpoint that fetches and decodes; our pages need no resized images.
  images: { unoptimized: true },
  // A stray lockfile in a parent folder must not move the root of the build.
  turbopack: { root: import.meta.dirname },
  // Left to Node: they load files or workers by path, or must be one copy for Next's bundle and our server.
  serverExternalPackages: [
    "@better-auth/core",
    "@zxcvbn-ts/core",
    "@zxcvbn-ts/language-common",
    "better-auth",
    "better-call",
    "drizzle-orm",
    "esbuild",
    "pino",
    "postgres",
  ],
  // Tests are no part of the product: a fault in one must not keep it from being built.
  typescript: { tsconfigPath: "tsconfig.build.json" },
  agentRules: false,
  devIndicators: false,
};

export default config;
