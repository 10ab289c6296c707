"use client";

import { useQuery } from "@tanstack/react-query";
import { errorOf } from "@/app/_api/errors";
import { FACTORS } from "@/app/_api/factors";
import { CardSection } from "@/app/_ui/card";
import { ErrorState } from "@/app/_ui/error-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { AppSection } from "./app-section";
import { PasskeySection } from "./passkey-section";
import { RecoverySection } from "./recovery-section";

/** Second factors: authenticator app, passkeys, and recovery codes once there is one of them. */
export function FactorSections() {
  const { data, error, refetch } = useQuery(FACTORS);
  if (!data)
    return (
      <CardSection title="Second factor">
        {error ? (
          <ErrorState {...errorOf(error)} onRetry={() => void refetch()} className="py-6!" />
        ) : (
          <SkeletonRows rows={3} label="Loading your second factors" />
        )}
      </CardSection>
    );
  return (
    <>
      <AppSection isSet={data.totp} />
      <PasskeySection passkeys={data.passkeys} />
      {(data.totp || data.passkeys.length > 0) && <RecoverySection left={data.recoveryCodes} />}
    </>
  );
}
