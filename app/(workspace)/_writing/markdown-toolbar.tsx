"use client";

import { Bold, Code, Heading, Italic, Link, List, ListChecks, TextQuote } from "lucide-react";
import { Toolbar } from "radix-ui";
import { IconButton } from "@/app/_ui/icon-button";
import type { Mark } from "./use-markdown-keys";

const TOOLS = [
  { mark: "heading", label: "Heading", Icon: Heading },
  { mark: "bold", label: "Bold (Ctrl B)", Icon: Bold },
  { mark: "italic", label: "Italic (Ctrl I)", Icon: Italic },
  { mark: "link", label: "Link (Ctrl K)", Icon: Link },
  { mark: "code", label: "Code (Ctrl E)", Icon: Code },
  { mark: "list", label: "List", Icon: List },
  { mark: "tasks", label: "Task list", Icon: ListChecks },
  { mark: "quote", label: "Quote", Icon: TextQuote },
] as const;

/** One stop of the Tab key; the arrows go from tool to tool. */
export function MarkdownToolbar({ onMark }: { onMark: (mark: Mark) => void }) {
  return (
    <Toolbar.Root aria-label="Formatting" className="flex items-center overflow-x-auto">
      {TOOLS.map(({ mark, label, Icon }) => (
        <Toolbar.Button key={mark} asChild>
          <IconButton label={label} tooltip={false} title={label} size="sm" onClick={() => onMark(mark)}>
            <Icon aria-hidden="true" />
          </IconButton>
        </Toolbar.Button>
      ))}
    </Toolbar.Root>
  );
}
