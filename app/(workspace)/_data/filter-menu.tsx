"use client";

import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuSeparator, MenuTrigger } from "@/app/_ui/menu";

const ANY = "any";

interface FilterMenuProps {
  /** "Status"; the button says it while nothing is chosen. */
  name: string;
  value: string | null;
  choices: readonly { value: string; label: string; icon?: ReactNode }[];
  onChoose: (value: string | null) => void;
}

/** One filter: a button that says what it lets through. */
export function FilterMenu({ name, value, choices, onChoose }: FilterMenuProps) {
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Menu>
      <MenuTrigger>
        <Button
          size="sm"
          aria-label={value === null ? `${name}: any` : `${name}: ${chosen?.label ?? "…"}`}
          className={clsx("max-w-48", value !== null && "border-accent! bg-accent-soft! text-accent-text!")}
        >
          <span className="truncate">{value === null ? name : (chosen?.label ?? name)}</span>
          <ChevronDown aria-hidden="true" className="opacity-60" />
        </Button>
      </MenuTrigger>
      <MenuContent aria-label={name}>
        <MenuRadioGroup value={value ?? ANY} onValueChange={(next) => onChoose(next === ANY ? null : next)}>
          <MenuRadioItem value={ANY}>Any</MenuRadioItem>
          <MenuSeparator />
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
