"use client";

import { useEffect, useRef } from "react";
import { UNTITLED } from "./use-new-document";

interface DocumentTitleProps {
  value: string;
  problem: string | undefined;
  onChange: (title: string) => void;
  onEnter: () => void;
}

/** The title, written in place. A new document begins here, with its makeshift title selected. */
export function DocumentTitle({ value, problem, onChange, onEnter }: DocumentTitleProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current?.value === UNTITLED) field.current.select();
  }, []);
  return (
    <div className="mb-3">
      <h1 className="sr-only">{value || "Untitled"}</h1>
      <input
        ref={field}
        value={value}
        maxLength={200}
        autoComplete="off"
        aria-label="Title"
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? "title-problem" : undefined}
        placeholder="Title"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onEnter();
        }}
        className="-mx-2 w-[calc(100%+1rem)] rounded-lg bg-transparent px-2 py-1 font-semibold text-xl tracking-tight hover:bg-hover focus:bg-transparent sm:text-2xl"
      />
      {problem && (
        <p id="title-problem" className="mt-1 text-[0.8125rem] text-danger-text">
          {problem}
        </p>
      )}
    </div>
  );
}
