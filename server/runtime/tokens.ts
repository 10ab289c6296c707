import type { Sql } from "@/db/client";
import type { Listener } from "@/db/listener";
import type { Env } from "@/server/env";
import type { Auth } from "@/server/identity/auth";
import type { Records } from "@/server/identity/records/record";
import { type Bearer, bearerOf, createBearer } from "@/server/identity/tokens/bearer";
import { createCredentialCheck } from "@/server/identity/tokens/credentials";
import { createKeyRing, type PublicJwk } from "@/server/identity/tokens/key-ring";
import { createKeyStore, KEYS_TOPIC, LOOK_EVERY_S } from "@/server/identity/tokens/key-store";
import { createMint } from "@/server/identity/tokens/mint";
import { createRefreshTokens } from "@/server/identity/tokens/refresh";
import { createRefreshKey } from "@/server/identity/tokens/refresh-key";
import type { SecondFactors } from "@/server/identity/tokens/second-factor";
import { createTokens, type Tokens } from "@/server/identity/tokens/tokens";
import { createVerifier, type TokenFault, type Verified } from "@/server/identity/tokens/verify";
import { repeat } from "@/server/platform/jobs";
import type { Log } from "@/server/platform/log";
import type { LiveSecrets } from "@/server/platform/secrets/live";
import { ended } from "@/server/runtime/evidence";
import { describeFailure } from "@/server/runtime/failure";

interface TokenOptions {
  parties: Env["tokens"];
  /** The versions of our secret, as they are at each use. */
  secrets: LiveSecrets["auth"];
  /** A pool of holdfast_auth that is no adapter's: an adapter changes how its pool reads dates. */
  sql: Sql;
  listener: Listener;
  records: Records;
  verifyPassword: Auth["verifyPassword"];
  verifyEmail: boolean;
  secondFactors: SecondFactors;
  log: Log;
}

/** Access and refresh tokens, and what keeps their keys. */
export interface TokenHouse extends Tokens {
  bearer: Bearer;
  /** What is wrong with the token of an Authorization header. Asks no database, but for a key that nobody has seen. */
  faultOf(authorization: string): Promise<TokenFault | undefined> | TokenFault | undefined;
  publicKeys(): PublicJwk[];
  /** Deletes refresh tokens that are over, as an hourly job does. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

const SWEEP_EVERY_MS = 3_600_000;

/** @throws when the keys can not be read, or what we issue is not what we accept. */
export async function openTokens(options: TokenOptions): Promise<TokenHouse> {
  const { parties, secrets, sql, listener, records, log } = options;
  const store = createKeyStore(sql, secrets);
  const unopened = (kid: string) =>
    log.warn({ event: "signing_key_unopened", kid }, "no secret of ours opens this signing key");
  const ring = createKeyRing({ store, secrets, unopened });
  await ring.tend();
  const mint = createMint(ring, parties);
  const verify = createVerifier({ ring, ...parties });
  const refreshTokens = createRefreshTokens(sql, createRefreshKey(secrets));
  const failed = (event: string) => (error: unknown) =>
    log.error({ event, ...describeFailure(error) }, event);
  const silence = listener.on(KEYS_TOPIC, () => void ring.reload().catch(failed("signing_keys_not_read")));
  const tending = repeat({
    every: LOOK_EVERY_S * 1000,
    work: ring.tend,
    failed: failed("signing_keys_not_tended"),
  });
  const sweeping = repeat({
    every: SWEEP_EVERY_MS,
    work: refreshTokens.sweep,
    failed: failed("refresh_tokens_not_swept"),
  });
  const check = createCredentialCheck(options);
  return {
    ...createTokens({ mint, check, refreshTokens, records }),
    bearer: createBearer({ verify, records }),
    faultOf: (authorization) => {
      const token = bearerOf(authorization);
      if (token === undefined) return "UNAUTHORIZED";
      const verified = verify(token);
      return verified instanceof Promise ? verified.then(faultIn) : faultIn(verified);
    },
    publicKeys: ring.published,
    sweep: refreshTokens.sweep,
    close: async () => {
      silence();
      await Promise.all([ended(tending.stop()), ended(sweeping.stop())]);
    },
  };
}

const faultIn = (verified: Verified) => ("fault" in verified ? verified.fault : undefined);
