"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { errorOf, issueOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { Dialog, DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { SERVICE_SCOPES } from "@/server/features/api-key/schema";

interface NewAccountDialogProps {
  open: boolean;
  onClose: () => void;
}

export function NewAccountDialog({ open, onClose }: NewAccountDialogProps) {
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title="New service account">
      <AccountForm onClose={onClose} />
    </Dialog>
  );
}

function AccountForm({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [certificate, setCertificate] = useState("");
  const [mayPull, setMayPull] = useState(false);
  const [missing, setMissing] = useState(false);
  const create = useMutation(
    trpc.serviceAccount.create.mutationOptions({
      onSuccess: () => {
        void client.invalidateQueries(trpc.serviceAccount.list.pathFilter());
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.trim() === "");
    if (create.isPending || name.trim() === "") return;
    const plain = certificate.replaceAll(/[:\s]/g, "");
    const scopes = mayPull ? [...SERVICE_SCOPES] : [];
    create.mutate({ name: name.trim(), scopes, ...(plain && { certificate: plain }) });
  };
  const error = create.error ? errorOf(create.error) : undefined;
  const nameError = missing ? "Give the account a name." : issueOf(error, "name");
  const certificateError = issueOf(error, "certificate");
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {error && !nameError && !certificateError && (
        <Notice tone="danger" requestId={error.requestId}>
          {error.message}
        </Notice>
      )}
      <Field label="Name" error={nameError} required>
        <Input
          value={name}
          maxLength={80}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Checkbox
        label="May pull this workspace’s audit events (securityEvent:pull)"
        checked={mayPull}
        onCheckedChange={(on) => setMayPull(on === true)}
      />
      <Field
        label="Client certificate"
        hint="Its SHA-256 fingerprint, if it calls by mutual TLS. May be left empty."
        error={certificateError}
      >
        <Input
          value={certificate}
          maxLength={128}
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          onChange={(event) => setCertificate(event.target.value)}
        />
      </Field>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" pending={create.isPending}>
          Make account
        </Button>
      </DialogActions>
    </form>
  );
}
