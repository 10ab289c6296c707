"use client";

import { z } from "zod";
import { useForm } from "@/app/_api/use-form";
import { Button } from "@/app/_ui/button";
import { Dialog, DialogActions } from "@/app/_ui/dialog";
import { Field } from "@/app/_ui/field";
import { Input } from "@/app/_ui/input";

const named = z.object({
  name: z.string().trim().min(1, "Give it a name.").max(80, "A name has 80 letters at most."),
});

interface PasskeyNameDialogProps {
  title: string;
  name: string;
  pending: boolean;
  onSave: (name: string) => void;
  onCancel: () => void;
}

export function PasskeyNameDialog({ title, name, pending, onSave, onCancel }: PasskeyNameDialogProps) {
  const { form, faultOf } = useForm(named, (values) => {
    onSave(values.name);
    return Promise.resolve("leaving" as const);
  });
  return (
    <Dialog open onOpenChange={onCancel} size="sm" title={title}>
      <form {...form} method="post">
        <Field label="Name" required hint="Such as the device that holds it." error={faultOf("name")}>
          <Input name="name" defaultValue={name} autoComplete="off" maxLength={80} />
        </Field>
        <DialogActions>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            Go on
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
