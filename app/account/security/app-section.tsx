"use client";

import { Smartphone } from "lucide-react";
import { useState } from "react";
import { z } from "zod";
import { post } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { CardSection } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Notice } from "@/app/_ui/notice";
import { useToast } from "@/app/_ui/toast";
import { EnrolDialog, type Enrolment } from "./enrol-dialog";
import { useFactorAction } from "./use-factor-action";

const enrolment = z.object({ uri: z.string(), secret: z.string() });

/** The authenticator app: a code of it is asked for after the password. */
export function AppSection({ isSet }: { isSet: boolean }) {
  const { run, pending, error } = useFactorAction();
  const [begun, setBegun] = useState<Enrolment>();
  const [removing, setRemoving] = useState(false);
  const toast = useToast();
  const begin = async () => {
    const { data } = enrolment.safeParse(await run(() => post("two-factor/enable", {})));
    if (data) setBegun(data);
  };
  const remove = async () => {
    const removed = await run(() => post("two-factor/disable", {}));
    setRemoving(false);
    if (removed) toast({ title: "Authenticator app removed" });
  };
  return (
    <CardSection
      title="Authenticator app"
      description="After your password, Holdfast asks for a code that the app on your phone shows."
    >
      <div className="flex flex-col gap-4">
        {error && <Notice tone="danger">{authMessage(error)}</Notice>}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="flex items-center gap-2 text-sm">
            <Smartphone aria-hidden="true" className="size-4 text-ink-muted" />
            {isSet ? <Badge tone="success">On</Badge> : "Not set up"}
          </p>
          {isSet ? (
            <Button onClick={() => setRemoving(true)}>Remove</Button>
          ) : (
            <Button variant="primary" pending={pending} onClick={() => void begin()}>
              Set up
            </Button>
          )}
        </div>
      </div>
      {begun && <EnrolDialog enrolment={begun} onEnd={() => setBegun(undefined)} />}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title="Remove the authenticator app?"
        description="Without another second factor, your password alone signs you in, and workspaces that ask for a second factor stay closed."
        confirmLabel="Remove"
        pending={pending}
        onConfirm={() => void remove()}
      />
    </CardSection>
  );
}
