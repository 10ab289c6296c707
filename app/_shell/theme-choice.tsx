"use client";

import { Contrast, Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { applyTheme, type Theme, toTheme } from "@/app/_shell/theme";
import { IconButton } from "@/app/_ui/icon-button";
import { Menu, MenuContent, MenuLabel, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "@/app/_ui/menu";

const CHOICES = [
  { theme: "system", label: "System", Icon: Monitor },
  { theme: "light", label: "Light", Icon: Sun },
  { theme: "dark", label: "Dark", Icon: Moon },
] as const;

/** The three themes, as items of a menu. Rendered only while a menu is open, so in the browser. */
export function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(() => toTheme(document.documentElement.dataset.theme));
  const choose = (value: string) => {
    applyTheme(toTheme(value));
    setTheme(toTheme(value));
  };
  return (
    <MenuRadioGroup value={theme} onValueChange={choose} aria-label="Theme">
      <MenuLabel>Theme</MenuLabel>
      {CHOICES.map(({ theme: value, label, Icon }) => (
        <MenuRadioItem key={value} value={value} onSelect={(event) => event.preventDefault()}>
          <Icon aria-hidden="true" className="text-ink-faint" />
          {label}
        </MenuRadioItem>
      ))}
    </MenuRadioGroup>
  );
}

/** For pages without a user menu. */
export function ThemeButton() {
  return (
    <Menu>
      <MenuTrigger>
        <IconButton label="Theme" tooltip={false}>
          <Contrast aria-hidden="true" />
        </IconButton>
      </MenuTrigger>
      <MenuContent align="end">
        <ThemeChoice />
      </MenuContent>
    </Menu>
  );
}
