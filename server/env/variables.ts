import { z } from "zod";
import { oidcVariables } from "@/server/env/oidc-variables";
import { strongSecret } from "@/server/platform/secrets/strength";
import { datedSecrets, versionedSecrets } from "@/server/platform/secrets/versions";

const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: "is not a PostgreSQL URL; write postgres://user:password@host:5432/database",
});

/** Addresses and CIDR ranges, separated by commas. */
const addresses = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim())
      .filter(Boolean),
  )
  .pipe(
    z.array(
      z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
        error: "must list addresses or CIDR ranges, separated by commas, such as 10.0.0.0/8",
      }),
    ),
  );

/** Exact origins, separated by commas. `*` would be everybody, and a path or a slash at the end would never match. */
const origins = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim())
      .filter(Boolean),
  )
  .refine((entries) => entries.every(isOrigin), {
    error:
      "must list exact origins, separated by commas, such as https://app.example; there is no wildcard, and no path",
  });

function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** RFC 7519: a name, or a URI where it holds a colon. */
const tokenParty = z
  .string()
  .max(200, "is longer than 200 characters")
  .regex(/^[!-~]+$/, "must be printable ASCII without spaces, such as https://holdfast.example")
  .refine((text) => !text.includes(":") || URL.canParse(text), "holds a colon and is no URI");

const whole = (least: number, most: number) =>
  z.coerce
    .number({ error: "is not a number" })
    .int("must be a whole number")
    .min(least, `must be ${least} to ${most}`)
    .max(most, `must be ${least} to ${most}`);

/** Every variable that Holdfast reads, its form and its default. What they mean together is judged in server/env.ts. */
export const variables = z.object({
  PORT: whole(1, 65_535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  HOLDFAST_MODE: z
    .enum(["embedded", "development", "production"], { error: "must be embedded, development or production" })
    .optional(),
  HOLDFAST_DATA_DIR: z.string().default(".data"),
  BETTER_AUTH_URL: z.url({ protocol: /^https?$/, error: "is not an http(s) URL" }).optional(),
  BETTER_AUTH_SECRET: strongSecret.optional(),
  BETTER_AUTH_SECRETS: datedSecrets.optional(),
  JWT_ISSUER: tokenParty.optional(),
  JWT_AUDIENCE: tokenParty.optional(),
  AUDIT_KEY: strongSecret.optional(),
  AUDIT_KEYS: versionedSecrets.optional(),
  AUDIT_HEADS_FILE: z.string().optional(),
  AUDIT_HEADS_URL: z.url({ protocol: /^https?$/, error: "is not an http(s) URL" }).optional(),
  AUDIT_SEAL_EVERY: whole(100, 60_000).default(1_000),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_AUTH_URL: postgresUrl.optional(),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOL: whole(2, 200).default(10),
  DATABASE_PREPARE: z.enum(["on", "off"], { error: "must be on or off" }).default("on"),
  CORS_ORIGINS: origins.default([]),
  STREAM_LONGEST: whole(1_000, 900_000).default(900_000),
  TRUSTED_PROXIES: addresses.default([]),
  MTLS_HEADER: z
    .string()
    .regex(
      /^(?!(?:x-api-key|x-workspace-id|x-forwarded-(?:for|proto))$|x-holdfast-)(?:x|ssl)-[a-z0-9-]{1,60}$/i,
      {
        error:
          "is not the name of a header for certificates; use one that begins with x- or ssl-, such as x-client-cert",
      },
    )
    .optional(),
  MAX_IN_FLIGHT: whole(16, 100_000).default(512),
  MAX_CALLS: whole(2, 1_000).optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "is not an SMTP URL; write smtps://user:password@host" })
    .optional(),
  MAIL_FROM: z.email("is not an address; write no-reply@example.com").optional(),
  ...oidcVariables,
  HOLDFAST_LIMITS: z.string().default(""),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: "is not a Redis URL; write redis://user:password@host:6379" })
    .optional(),
  UPSTASH_REDIS_REST_URL: z.url({ protocol: /^https?$/, error: "is not an http(s) URL" }).optional(),
  UPSTASH_REDIS_REST_TOKEN: z.string().optional(),
});
export type Variables = z.infer<typeof variables>;

/** An empty variable is one that is not set. */
export const given = (source: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
export const lineOf = (issue: z.core.$ZodIssue) => `${issue.path.join(".")} ${issue.message}.`;
