"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { AlertDialog } from "@/app/_ui/alert-dialog";
import { Button } from "@/app/_ui/button";

interface UnsavedGuardProps {
  dirty: boolean;
  /** True when it was saved, and leaving is safe. */
  onSave: () => Promise<boolean>;
}

/**
 * Keeps people from losing what they wrote: by closing the tab, by a link, or by the back button (where the
 * browser has the Navigation API and lets pages ask).
 */
export function UnsavedGuard({ dirty, onSave }: UnsavedGuardProps) {
  const router = useRouter();
  const [leave, setLeave] = useState<(() => void) | null>(null);
  const [saving, setSaving] = useState(false);

  useEffect(() => {
    if (!dirty) return;
    const guard = new AbortController();
    const { signal } = guard;
    window.addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
    const go = (how: () => void) =>
      setLeave(() => () => {
        guard.abort();
        how();
      });
    const onClick = (event: MouseEvent) => {
      const href = leavingLink(event);
      if (!href) return;
      event.preventDefault();
      event.stopPropagation();
      const { origin, pathname, search, hash } = new URL(href);
      go(() => (origin === location.origin ? router.push(pathname + search + hash) : location.assign(href)));
    };
    document.addEventListener("click", onClick, { capture: true, signal });
    window.navigation?.addEventListener(
      "navigate",
      (event) => {
        if (event.navigationType !== "traverse" || !event.cancelable) return;
        event.preventDefault();
        const { key } = event.destination;
        go(() => window.navigation?.traverseTo(key));
      },
      { signal },
    );
    return () => guard.abort();
  }, [dirty, router]);

  const saveAndLeave = async () => {
    setSaving(true);
    const saved = await onSave();
    setSaving(false);
    setLeave(null);
    if (saved) leave?.();
  };
  return (
    <AlertDialog
      open={leave !== null}
      onOpenChange={(open) => !open && setLeave(null)}
      title="Leave without saving?"
      description="What you changed on this page is not saved yet."
      actions={
        <>
          <Button onClick={() => setLeave(null)}>Stay</Button>
          <Button
            onClick={() => {
              setLeave(null);
              leave?.();
            }}
          >
            Leave unsaved
          </Button>
          <Button variant="primary" pending={saving} onClick={() => void saveAndLeave()}>
            Save and leave
          </Button>
        </>
      }
    />
  );
}

/** The address that a click would go to in this tab, when it is another page. */
function leavingLink(event: MouseEvent): string | undefined {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
    return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link?.href || (link.target && link.target !== "_self")) return undefined;
  const to = new URL(link.href);
  if (!to.protocol.startsWith("http")) return undefined;
  return to.origin === location.origin && to.pathname === location.pathname ? undefined : link.href;
}
