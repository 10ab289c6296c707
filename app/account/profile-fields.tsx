"use client";

import { type FormEvent, useState } from "react";
import { type ApiError, issueOf } from "@/app/_api/errors";
import { Avatar } from "@/app/_ui/avatar";
import { Button } from "@/app/_ui/button";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";
import { Notice } from "@/app/_ui/notice";
import { type Profile, updateProfileInput } from "@/server/features/profile/schema";

interface ProfileFieldsProps {
  profile: Profile;
  pending: boolean;
  error: ApiError | undefined;
  onSave: (name: string) => void;
}

export function ProfileFields({ profile, pending, error, onSave }: ProfileFieldsProps) {
  const [name, setName] = useState(profile.name);
  const [invalid, setInvalid] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = updateProfileInput.safeParse({ name: name.trim() });
    setInvalid(parsed.success ? undefined : "Enter your name.");
    if (parsed.success && !pending) onSave(parsed.data.name);
  };
  return (
    <form onSubmit={submit} method="post" noValidate className="flex flex-col gap-4">
      {error && !issueOf(error, "name") && (
        <Notice tone="danger" requestId={error.requestId}>
          {error.message}
        </Notice>
      )}
      <div className="flex items-center gap-4">
        <Avatar name={name.trim() || profile.name} size="lg" />
        <Field label="Name" required error={invalid ?? issueOf(error, "name")} className="flex-1">
          <Input
            value={name}
            maxLength={100}
            autoComplete="name"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      </div>
      <Field label="E-mail" hint="The address that you sign in with.">
        <Input
          type="email"
          value={profile.email}
          readOnly
          autoComplete="off"
          className="bg-sunken! text-ink-muted!"
        />
      </Field>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" pending={pending} disabled={name.trim() === profile.name}>
          Save profile
        </Button>
      </div>
    </form>
  );
}
