"use client";

import { type FormEvent, useState } from "react";
import type { ApiError } from "@/app/_api/errors";
import { issueOf } from "@/app/_api/errors";
import { Button } from "@/app/_ui/button";
import { DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { Textarea } from "@/app/_ui/textarea";

interface ProjectFormProps {
  initial: { name: string; description: string };
  action: string;
  pending: boolean;
  error: ApiError | undefined;
  onSubmit: (values: { name: string; description: string }) => void;
  onCancel: () => void;
}

/** Name and description of a project, new or not. */
export function ProjectForm({ initial, action, pending, error, onSubmit, onCancel }: ProjectFormProps) {
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setMissing(name.trim() === "");
    if (name.trim() !== "") onSubmit({ name: name.trim(), description: description.trim() });
  };
  const nameError = missing ? "Give the project a name." : issueOf(error, "name");
  const descriptionError = issueOf(error, "description");
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {error && !nameError && !descriptionError && (
        <Notice tone={error.reason === "STALE_VERSION" ? "info" : "danger"} requestId={error.requestId}>
          {error.reason === "STALE_VERSION"
            ? "Somebody changed this project meanwhile. Saving again puts your words in place of theirs."
            : error.message}
        </Notice>
      )}
      <Field label="Name" error={nameError} required>
        <Input
          value={name}
          maxLength={120}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field
        label="Description"
        hint="What it is for, in a sentence or two. May be left empty."
        error={descriptionError}
      >
        <Textarea
          value={description}
          maxLength={10_000}
          rows={3}
          onChange={(event) => setDescription(event.target.value)}
        />
      </Field>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
