"use client";

import { clsx } from "clsx";
import { Check, ChevronsUpDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useFieldControl } from "@/app/_ui/field";
import { pageNonce } from "@/app/_ui/nonce";

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
  icon?: ReactNode;
  disabled?: boolean;
}

interface SelectProps<Value extends string> {
  value: Value | undefined;
  onValueChange: (value: Value) => void;
  /** Values are never the empty string: give "none" a name of its own. */
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  disabled?: boolean;
  size?: "sm" | "md";
  className?: string;
  "aria-label"?: string;
}

export function Select<Value extends string>({
  value,
  onValueChange,
  options,
  placeholder = "Choose…",
  disabled = false,
  size = "md",
  className,
  "aria-label": label,
}: SelectProps<Value>) {
  const { required, ...control } = useFieldControl();
  return (
    <Radix.Root
      value={value ?? ""}
      onValueChange={(next) => onValueChange(next as Value)}
      disabled={disabled}
      {...(required && { required })}
    >
      <Radix.Trigger
        {...control}
        aria-label={label}
        className={clsx(
          "control flex items-center justify-between gap-2 text-left data-placeholder:text-ink-faint pointer-coarse:min-h-11",
          size === "sm" ? "h-8 px-2.5 text-[0.8125rem]" : "h-9 px-3 text-base sm:text-sm",
          className,
        )}
      >
        <span className="min-w-0 truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-ink-faint" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) max-w-80 animate-pop overflow-hidden rounded-xl border border-line bg-raised shadow-pop"
        >
          <Radix.Viewport nonce={pageNonce()} className="p-1">
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="flex min-h-8 select-none items-center gap-2 rounded-lg px-2 py-1 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-hover pointer-coarse:min-h-11"
              >
                <Radix.ItemText>
                  <span className="flex min-w-0 items-center gap-2">
                    {option.icon}
                    <span className="truncate">{option.label}</span>
                  </span>
                </Radix.ItemText>
                <Radix.ItemIndicator className="ml-auto pl-2">
                  <Check aria-hidden="true" className="size-4 text-accent-text" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
