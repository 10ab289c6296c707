"use client";

import { type FormEvent, useState } from "react";
import { type ApiError, issueOf } from "@/app/_api/errors";
import { useCan } from "@/app/_shell/me";
import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { type CreateApiKey, PERSON_SCOPES } from "@/server/features/api-key/schema";
import type { ServiceAccount } from "@/server/features/service-account/schema";
import { type Expiry, ExpiryField } from "./expiry-field";

type KeyScope = CreateApiKey["scopes"][number];

interface KeyFormProps {
  /** The service account that it is for; without one, it is one's own. */
  account: ServiceAccount | undefined;
  pending: boolean;
  error: ApiError | undefined;
  onSubmit: (values: CreateApiKey) => void;
  onCancel: () => void;
}

export function KeyForm({ account, pending, error, onSubmit, onCancel }: KeyFormProps) {
  const can = useCan();
  const offered = account ? (account.scopes as KeyScope[]) : PERSON_SCOPES.filter((scope) => can(scope));
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly KeyScope[]>([]);
  const [expiry, setExpiry] = useState<Expiry>("90");
  const [missing, setMissing] = useState(false);
  const toggle = (scope: KeyScope, on: boolean) =>
    setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.trim() === "");
    if (pending || name.trim() === "") return;
    const whose = account ? { serviceAccountId: account.id } : {};
    onSubmit({ name: name.trim(), scopes: [...scopes], expiresInDays: Number(expiry), ...whose });
  };
  const nameError = missing ? "Give the key a name." : issueOf(error, "name");
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {error && !nameError && (
        <Notice tone="danger" requestId={error.requestId}>
          {error.message}
        </Notice>
      )}
      <Field label="Name" hint="Where it will be used, such as “Nightly import”." error={nameError} required>
        <Input
          value={name}
          maxLength={80}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <fieldset>
        <legend className="mb-2 font-medium text-sm">What it may do</legend>
        <div className="grid gap-x-4 gap-y-2.5 sm:grid-cols-2">
          {offered.map((scope) => (
            <Checkbox
              key={scope}
              label={scope}
              checked={scopes.includes(scope)}
              onCheckedChange={(on) => toggle(scope, on === true)}
            />
          ))}
        </div>
        <p className="mt-2 text-[0.8125rem] text-ink-faint">Nothing, unless you choose it here.</p>
      </fieldset>
      <ExpiryField value={expiry} onChange={setExpiry} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Make key
        </Button>
      </DialogActions>
    </form>
  );
}
