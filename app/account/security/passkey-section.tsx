"use client";

import { KeyRound } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { post } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { addPasskey, canUsePasskeys, type FactorStatus } from "@/app/_api/factors";
import { Button } from "@/app/_ui/button";
import { CardSection } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import { RelativeTime } from "@/app/_ui/relative-time";
import { useToast } from "@/app/_ui/toast";
import { PasskeyNameDialog } from "./passkey-name-dialog";
import { useFactorAction } from "./use-factor-action";

type Passkey = FactorStatus["passkeys"][number];
type Asking = { what: "add" } | { what: "rename" | "remove"; passkey: Passkey };

/** Passkeys: one of them signs in alone, or follows the password. */
export function PasskeySection({ passkeys }: { passkeys: Passkey[] }) {
  const isPossible = useSyncExternalStore(nothing, canUsePasskeys, yes);
  const { run, pending, error } = useFactorAction();
  const [asking, setAsking] = useState<Asking>();
  const toast = useToast();
  const close = () => setAsking(undefined);
  const finish = async (title: string, send: Parameters<typeof run>[0]) => {
    const done = await run(send);
    close();
    if (done) toast({ title });
  };
  const save = (name: string) => {
    if (asking?.what === "rename")
      void finish("Passkey renamed", () => post("passkey/rename", { id: asking.passkey.id, name }));
    else void finish("Passkey added", () => addPasskey(name));
  };
  return (
    <CardSection
      title="Passkeys"
      description="A passkey on this device or on a security key: it signs you in without a password, or after it."
    >
      <div className="flex flex-col gap-4">
        {error && <Notice tone="danger">{authMessage(error)}</Notice>}
        {!isPossible && (
          <Notice>
            Passkeys need a name in the address bar, such as localhost, and a browser that knows them.
          </Notice>
        )}
        {passkeys.length > 0 && (
          <ul aria-label="Your passkeys" className="divide-y divide-line">
            {passkeys.map((passkey) => (
              <li key={passkey.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5 first:pt-0">
                <KeyRound aria-hidden="true" className="size-4 shrink-0 text-ink-muted" />
                <div className="min-w-0 flex-1">
                  <p className="break-words font-medium text-sm">{passkey.name}</p>
                  <RelativeTime value={passkey.createdAt} className="text-ink-faint text-xs" />
                </div>
                <Button size="sm" variant="ghost" onClick={() => setAsking({ what: "rename", passkey })}>
                  Rename
                </Button>
                <Button size="sm" variant="ghost" onClick={() => setAsking({ what: "remove", passkey })}>
                  Remove
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div>
          <Button disabled={!isPossible} pending={pending} onClick={() => setAsking({ what: "add" })}>
            Add a passkey
          </Button>
        </div>
      </div>
      {asking && asking.what !== "remove" && (
        <PasskeyNameDialog
          title={asking.what === "add" ? "Add a passkey" : "Rename the passkey"}
          name={asking.what === "rename" ? asking.passkey.name : ""}
          pending={pending}
          onSave={save}
          onCancel={close}
        />
      )}
      {asking?.what === "remove" && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={`Remove “${asking.passkey.name}”?`}
          description="It no longer signs you in. Delete it on the device as well."
          confirmLabel="Remove"
          pending={pending}
          onConfirm={() =>
            void finish("Passkey removed", () => post("passkey/remove", { id: asking.passkey.id }))
          }
        />
      )}
    </CardSection>
  );
}

const nothing = () => () => {};
const yes = () => true;
