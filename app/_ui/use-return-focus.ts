import { useEffect, useRef } from "react";

/**
 * Gives the focus back to what held it before a dialog, or to the button of the menu that opened it: Radix would give
 * it to the item of the menu, which is gone by then.
 */
export function useReturnFocus() {
  const held = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      const popup = target.closest(POPUPS);
      if (!popup) held.current = target;
      else if (popup.role === "menu") held.current = buttonOf(popup) ?? held.current;
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

const POPUPS = '[role="menu"], [role="dialog"], [role="alertdialog"]';

/** A press on the button of a menu moves the focus into the menu without resting on the button. */
function buttonOf(menu: Element): HTMLElement | null {
  const button = document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
  return button?.closest(POPUPS) ? null : button;
}
