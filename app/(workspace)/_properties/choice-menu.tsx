"use client";

import type { ReactNode } from "react";
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "@/app/_ui/menu";
import { PropertyButton } from "./property-button";
import { PropertyText } from "./property-text";

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  icon: ReactNode;
}

interface ChoiceMenuProps<Value extends string> {
  /** "Status", "Priority"… */
  name: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChoose: (value: Value) => void;
  readOnly?: boolean;
  look?: "inline" | "field";
  /** Says nothing yet: in a row of a list it shows only where the row is pointed at. */
  quiet?: boolean;
  /** Shows the words of the value beside its icon. */
  withText?: boolean;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** One property with a few values: a button that says the value and opens the others. */
export function ChoiceMenu<Value extends string>(props: ChoiceMenuProps<Value>) {
  const {
    name,
    value,
    choices,
    onChoose,
    readOnly = false,
    look = "inline",
    withText = look === "field",
  } = props;
  const { open, onOpenChange, quiet = false } = props;
  const chosen = choices.find((choice) => choice.value === value);
  const face = {
    label: `${name}: ${chosen?.label ?? "…"}`,
    icon: chosen?.icon ?? null,
    look,
    ...(withText && { text: chosen?.label ?? "…" }),
  };
  if (readOnly) return quiet ? <span className="w-8 max-sm:hidden" /> : <PropertyText {...face} />;
  return (
    <Menu {...(open !== undefined && { open })} {...(onOpenChange && { onOpenChange })}>
      <MenuTrigger>
        <PropertyButton {...face} quiet={quiet} />
      </MenuTrigger>
      <MenuContent aria-label={name}>
        <MenuRadioGroup value={value} onValueChange={(next) => next !== value && onChoose(next as Value)}>
          {choices.map((choice) => (
            <MenuRadioItem key={choice.value} value={choice.value} textValue={choice.label}>
              {choice.icon}
              <span className="truncate">{choice.label}</span>
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}
