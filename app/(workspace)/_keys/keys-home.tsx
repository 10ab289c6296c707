"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { useCan } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import { PageHeader } from "@/app/_ui/page-header";
import type { ApiKey } from "@/server/features/api-key/schema";
import { type For, KeyDialog } from "./key-dialog";
import { KeyList } from "./key-list";
import { RevokeDialog } from "./revoke-dialog";
import { ServiceAccounts } from "./service-accounts";

/** The keys of this workspace: one's own, and for those who run it everybody's and its services'. */
export function KeysHome() {
  const [making, setMaking] = useState<For | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const can = useCan();
  const mayCreate = can("apiKey:create");
  const button = (
    <Button variant="primary" onClick={() => setMaking({ kind: "person" })}>
      <Plus aria-hidden="true" />
      New key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="API keys"
        description="Programs call Holdfast with a key. A key works in this workspace only, and never does more than its owner may."
        actions={mayCreate && button}
      />
      <KeyList
        invitation={mayCreate && button}
        onRotate={(key) => setMaking({ kind: "rotate", key })}
        onRevoke={setRevoking}
      />
      {can("serviceAccount:read") && (
        <ServiceAccounts onNewKey={(account) => setMaking({ kind: "service", account })} />
      )}
      <KeyDialog purpose={making} onClose={() => setMaking(null)} />
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}
