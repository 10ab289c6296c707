"use client";

import { Keyboard } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Checkbox } from "@/app/_ui/checkbox";
import { Dialog } from "@/app/_ui/dialog";
import { Kbd } from "@/app/_ui/kbd";
import { useShortcutPreference } from "./preference";
import { useGoTo } from "./use-go-to";
import { useShortcuts } from "./use-shortcuts";

const SHEET: { title: string; keys: [keys: string, meaning: string][] }[] = [
  {
    title: "Anywhere",
    keys: [
      ["n", "New task, project or document"],
      ["/", "Search"],
      ["g p", "Go to projects"],
      ["g t", "Go to tasks"],
      ["g d", "Go to documents"],
      ["?", "This sheet"],
    ],
  },
  {
    title: "In a list",
    keys: [
      ["j k", "Down and up; the arrows too"],
      ["Enter", "Open"],
      ["s", "Status of the task"],
      ["p", "Priority"],
      ["d", "Due date"],
      ["a", "Assignee"],
    ],
  },
  {
    title: "On the board",
    keys: [
      ["Space", "Pick up a task, then put it down"],
      ["← ↑ ↓ →", "Move what is picked up"],
      ["Esc", "Put it back"],
    ],
  },
  {
    title: "While writing",
    keys: [
      ["Ctrl S", "Save"],
      ["Ctrl B", "Bold"],
      ["Ctrl I", "Italic"],
      ["Ctrl K", "Link"],
    ],
  },
];

/** Opens on `?` or by its button, and carries the keys that hold everywhere in a workspace. */
export function ShortcutSheet() {
  const [open, setOpen] = useState(false);
  const [on, setOn] = useShortcutPreference();
  const goTo = useGoTo();
  useShortcuts({ g: goTo, "?": () => setOpen(true) });
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="fixed bottom-[5.25rem] left-2.5 z-10 flex h-9 w-[14.2rem] items-center justify-between rounded-lg px-2.5 text-[0.8125rem] text-ink-muted transition-colors hover:bg-hover hover:text-ink pointer-coarse:hidden max-md:hidden"
      >
        <span className="flex items-center gap-2.5">
          <Keyboard aria-hidden="true" className="size-4" />
          Keyboard shortcuts
        </span>
        <Kbd>?</Kbd>
      </button>
      <Dialog open={open} onOpenChange={setOpen} title="Keyboard shortcuts" size="lg">
        <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
          {SHEET.map(({ title, keys }) => (
            <section key={title}>
              <h3 className="mb-2 font-medium text-ink-faint text-xs">{title}</h3>
              <dl className="flex flex-col gap-1.5">
                {keys.map(([names, meaning]) => (
                  <div key={names} className="flex items-center justify-between gap-4 text-sm">
                    <dt className="order-2 flex gap-1">{keysOf(names)}</dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <div className="mt-6 border-line border-t pt-4">
          <Checkbox
            checked={on}
            onCheckedChange={(next) => setOn(next === true)}
            label="Use single-key shortcuts"
          />
          <p className="mt-1 ml-7 text-[0.8125rem] text-ink-faint">
            Turn them off when they get in the way, for example of speech input.
          </p>
        </div>
      </Dialog>
    </>
  );
}

function keysOf(names: string): ReactNode[] {
  return names
    .split(" ")
    .map((name) => <Kbd key={name}>{name.length === 1 ? name.toUpperCase() : name}</Kbd>);
}
