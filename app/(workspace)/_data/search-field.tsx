"use client";

import { Search } from "lucide-react";
import { type KeyboardEvent, type Ref, useEffect, useRef, useState } from "react";
import { Input } from "@/app/_ui/input";
import { focusFirstRow } from "../_keyboard/row-keys";
import { useDebounced } from "./use-debounced";

interface SearchFieldProps {
  label: string;
  /** What the address says; a change from elsewhere (back, "clear filters") is taken over. */
  value: string;
  onChange: (value: string) => void;
  ref?: Ref<HTMLInputElement>;
  className?: string;
}

/** Searches while one types, once the typing pauses. Escape empties it, then leaves it. */
export function SearchField({ label, value, onChange, ref, className }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const settled = useDebounced(text.trim());
  const told = useRef(value);
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  useEffect(() => {
    if (settled === told.current) return;
    told.current = settled;
    tell.current(settled);
  }, [settled]);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "ArrowDown") focusFirstRow();
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (text === "") event.currentTarget.blur();
    else setText("");
  };
  return (
    <div className={className}>
      <div className="relative">
        <Search
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-faint"
        />
        <Input
          ref={ref}
          type="search"
          aria-label={label}
          placeholder={label}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-8! pl-8.5! pointer-coarse:h-11!"
        />
      </div>
    </div>
  );
}
