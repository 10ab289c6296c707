"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { errorOf, issueOf } from "@/app/_api/errors";
import { useMe } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import { Dialog, DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { Select } from "@/app/_ui/select";
import { useToast } from "@/app/_ui/toast";
import { inviteMemberInput } from "@/server/features/member/schema";
import { ROLES, rolesUpTo } from "./roles";

interface InviteDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function InviteDialog({ open, onOpenChange }: InviteDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const { workspaceRole } = useMe();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<"viewer" | "member" | "admin" | "owner">("member");
  const [invalid, setInvalid] = useState<string>();
  const invite = useMutation(
    trpc.member.invite.mutationOptions({
      onSuccess: (made) => {
        toast({ title: `A letter is on its way to ${made.email}` });
        close();
        return queryClient.invalidateQueries(trpc.invitation.pathFilter());
      },
    }),
  );
  const close = () => {
    setEmail("");
    setInvalid(undefined);
    onOpenChange(false);
  };
  const cancel = () => {
    if (invite.isPending) return;
    invite.reset();
    close();
  };
  const error = invite.error ? errorOf(invite.error) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = inviteMemberInput.safeParse({ email: email.trim(), role });
    setInvalid(parsed.success ? undefined : "Enter an e-mail address, such as ada@example.com.");
    if (parsed.success && !invite.isPending) invite.mutate(parsed.data);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={cancel}
      size="sm"
      title="Invite somebody"
      description="They get a letter with a link that works once, within seven days, for this address alone."
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        {error && !issueOf(error, "email") && (
          <Notice tone="danger" requestId={error.requestId}>
            {error.message}
          </Notice>
        )}
        <Field label="E-mail" required error={invalid ?? issueOf(error, "email")}>
          <Input
            type="email"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
          />
        </Field>
        <Field label="Role" hint={ROLES.find(({ value }) => value === role)?.about}>
          <Select value={role} onValueChange={setRole} options={rolesUpTo(workspaceRole)} />
        </Field>
        <DialogActions>
          <Button onClick={cancel}>Cancel</Button>
          <Button type="submit" variant="primary" pending={invite.isPending}>
            Send invitation
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
