"use client";

import { ProviderErrandButton } from "@/app/_shell/provider-errand-button";

interface ProviderButtonProps {
  provider: { id: string; name: string };
  /** Where to go on to; the part behind the hash is not sent to anybody. */
  next: string;
}

/** The other way in, below the form. */
export function ProviderButton({ provider, next }: ProviderButtonProps) {
  return (
    <div className="mt-4 border-line border-t pt-4">
      <ProviderErrandButton
        errand="sign-in"
        provider={provider.id}
        next={next}
        label={`Continue with ${provider.name}`}
        wide
      />
    </div>
  );
}
