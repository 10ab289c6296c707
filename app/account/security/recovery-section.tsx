"use client";

import { useState } from "react";
import { z } from "zod";
import { post } from "@/app/_api/auth-client";
import { authMessage } from "@/app/_api/auth-messages";
import { Button } from "@/app/_ui/button";
import { CardSection } from "@/app/_ui/card";
import { Dialog, DialogActions } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";
import { WHY } from "./enrol-dialog";
import { RecoveryCodes } from "./recovery-codes";
import { useFactorAction } from "./use-factor-action";

const renewed = z.object({ recoveryCodes: z.array(z.string()) });

export function RecoverySection({ left }: { left: number }) {
  const { run, pending, error } = useFactorAction();
  const [codes, setCodes] = useState<string[]>();
  const renew = async () => {
    const { data } = renewed.safeParse(await run(() => post("two-factor/recovery-codes", {})));
    if (data) setCodes(data.recoveryCodes);
  };
  return (
    <CardSection
      title="Recovery codes"
      description="They sign you in when your second factor is not at hand."
    >
      <div className="flex flex-col gap-4">
        {error && <Notice tone="danger">{authMessage(error)}</Notice>}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-sm">{left === 0 ? "You have none: make some now." : `${left} of 10 left`}</p>
          <Button
            variant={left === 0 ? "primary" : "secondary"}
            pending={pending}
            onClick={() => void renew()}
          >
            {left === 0 ? "Make recovery codes" : "Make new ones"}
          </Button>
        </div>
      </div>
      {codes && (
        <Dialog
          open
          onOpenChange={() => setCodes(undefined)}
          title="Keep your recovery codes"
          description={WHY}
        >
          <RecoveryCodes codes={codes} />
          <DialogActions>
            <Button variant="primary" onClick={() => setCodes(undefined)}>
              I have kept them
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </CardSection>
  );
}
