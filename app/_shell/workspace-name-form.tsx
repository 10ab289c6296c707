"use client";

import { type FormEvent, useState } from "react";
import { type ApiError, issueOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { createWorkspaceInput } from "@/server/features/workspace/schema";

interface WorkspaceNameFormProps {
  name: string;
  submitLabel: string;
  pending: boolean;
  error: ApiError | undefined;
  onSubmit: (name: string) => void;
  onCancel: () => void;
}

/** The body of the dialogs that name a workspace. */
export function WorkspaceNameForm(props: WorkspaceNameFormProps) {
  const { submitLabel, pending, error, onSubmit, onCancel } = props;
  const [name, setName] = useState(props.name);
  const [invalid, setInvalid] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = createWorkspaceInput.safeParse({ name: name.trim() });
    setInvalid(parsed.success ? undefined : "Give it a name.");
    if (parsed.success && !pending) onSubmit(parsed.data.name);
  };
  return (
    <form onSubmit={submit} noValidate>
      {error && !issueOf(error, "name") && (
        <div className="mb-4">
          <Notice tone="danger" requestId={error.requestId}>
            {error.message}
          </Notice>
        </div>
      )}
      <Field label="Name" required error={invalid ?? issueOf(error, "name")}>
        <Input
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={80}
          autoComplete="off"
        />
      </Field>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          {submitLabel}
        </Button>
      </DialogActions>
    </form>
  );
}
