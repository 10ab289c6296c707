import { useEffect, useRef } from "react";

/**
 * Gives the focus back to what held it before a dialog and before the menu that opened it: Radix would give it to
 * the item of the menu, which is gone by then.
 */
export function useReturnFocus() {
  const held = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && !target.closest(POPUPS)) held.current = target;
    };
    document.addEventListener("focusin", remember);
    return () => document.removeEventListener("focusin", remember);
  }, []);
  return (event: Event) => {
    const target = held.current?.isConnected ? held.current : document.querySelector("main");
    if (!target) return;
    event.preventDefault();
    target.focus();
  };
}

const POPUPS = '[role="menu"], [role="dialog"], [role="alertdialog"], [role="listbox"]';
