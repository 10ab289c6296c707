import { ProviderErrandButton } from "@/app/_shell/provider-errand-button";
import { CardSection } from "@/app/_ui/card";
import { Notice } from "@/app/_ui/notice";

interface ConnectProviderProps {
  provider: { id: string; name: string };
  /** The browser comes from there, and it worked. */
  connected: boolean;
}

export function ConnectProvider({ provider, connected }: ConnectProviderProps) {
  return (
    <CardSection
      title={`Sign in with ${provider.name}`}
      description={`Connect your account at ${provider.name}, and it opens this one too. It takes a sign-in of the last ten minutes.`}
    >
      <div className="flex flex-col items-start gap-4">
        {connected && <Notice>{`Your account at ${provider.name} is connected.`}</Notice>}
        <ProviderErrandButton
          errand="connect"
          provider={provider.id}
          next="/account?connected"
          label={`Connect ${provider.name}`}
        />
      </div>
    </CardSection>
  );
}
