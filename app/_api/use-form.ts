import { type FocusEvent, type FormEvent, useState, useSyncExternalStore } from "react";
import type { z } from "zod";
import { type ApiError, issueOf } from "@/app/_api/errors";

/** What sending came to: an error, `done`, or `leaving` when another page is on its way (the form stays busy). */
type Sent = ApiError | "done" | "leaving";

/**
 * A form checked in the browser by the schema given, then by the API. A field is checked when it is left, and again
 * with each key once it was wrong; a refused form moves the focus to its first wrong field.
 */
export function useForm<Schema extends z.ZodObject>(
  schema: Schema,
  send: (values: z.output<Schema>) => Promise<Sent>,
) {
  const [invalid, setInvalid] = useState<Record<string, string>>({});
  const [error, setError] = useState<ApiError>();
  const [pending, setPending] = useState(false);
  // Until the page is alive in the browser, sending would be a POST to a page, which is refused.
  const ready = useSyncExternalStore(nothing, yes, no);

  const recheck = (form: HTMLFormElement, field: string) => {
    const found = faultsOf(schema, form).faults[field];
    setInvalid(({ [field]: _, ...others }) => (found ? { ...others, [field]: found } : others));
  };

  const onBlur = (event: FocusEvent<HTMLFormElement>) => {
    const { target, relatedTarget, currentTarget } = event;
    // A message that appears under a press on a button would move the button away.
    const toButton = relatedTarget instanceof HTMLButtonElement;
    if (!toButton && target instanceof HTMLInputElement && target.value !== "")
      recheck(currentTarget, target.name);
  };

  const onInput = (event: FormEvent<HTMLFormElement>) => {
    const { target, currentTarget } = event;
    if (target instanceof HTMLInputElement && invalid[target.name]) recheck(currentTarget, target.name);
  };

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const form = event.currentTarget;
    const { faults, values } = faultsOf(schema, form);
    setInvalid(faults);
    setError(undefined);
    if (!values) return focusFirst(form, faults);
    setPending(true);
    const sent = await send(values);
    if (sent === "leaving") return;
    setPending(false);
    if (sent === "done") form.reset();
    else setError(sent);
  };

  return {
    form: {
      onSubmit: (event: FormEvent<HTMLFormElement>) => void onSubmit(event),
      onBlur,
      onInput,
      noValidate: true,
    },
    faultOf: (field: keyof z.output<Schema> & string) => invalid[field] ?? issueOf(error, field),
    error,
    pending,
    ready,
  };
}

const nothing = () => () => {};
const yes = () => true;
const no = () => false;

function faultsOf<Schema extends z.ZodObject>(schema: Schema, form: HTMLFormElement) {
  const parsed = schema.safeParse(Object.fromEntries(new FormData(form)));
  const issues = parsed.error?.issues ?? [];
  // The first message of a field is kept: `fromEntries` takes the last of equal keys.
  const faults = Object.fromEntries(issues.map(({ path, message }) => [String(path[0]), message]).reverse());
  return { faults, values: parsed.data };
}

function focusFirst(form: HTMLFormElement, faults: Record<string, string>): void {
  const inputs = Array.from(form.elements).filter((element) => element instanceof HTMLInputElement);
  inputs.find(({ name }) => faults[name])?.focus();
}
