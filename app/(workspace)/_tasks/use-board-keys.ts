"use client";

import { type KeyboardEvent, type RefObject, useEffect } from "react";
import { useCan } from "@/app/_shell/me";
import { shortcutsAreOn } from "../_keyboard/preference";
import { useShortcuts } from "../_keyboard/use-shortcuts";
import { placeOf } from "./board-columns";
import { STATUSES } from "./labels";
import type { Board, Step } from "./use-board";

const ARROWS: Record<string, Step> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  Home: "top",
  End: "bottom",
};
const LETTERS: Record<string, Step> = { k: "up", j: "down", h: "left", l: "right" };

/** Arrows go from card to card; Space picks one up, and then they carry it. */
export function useBoardKeys(board: Board, element: RefObject<HTMLElement | null>) {
  const { columns, lifted, sent, lift, drop, cancel, step } = board;
  const can = useCan();
  const byKeys = lifted?.by === "keyboard" ? lifted : null;
  const focus = (id: string | undefined) => linkOf(element.current, id)?.focus();
  const focusFirst = () => focus(STATUSES.flatMap((status) => columns[status])[0]?.id);
  useShortcuts({ j: focusFirst, ArrowDown: focusFirst });

  // A card that changes columns is a new element: the focus goes with it.
  useEffect(() => {
    if (!byKeys) return;
    const { id } = byKeys.task;
    linkOf(element.current, id)?.focus();
    return () => {
      setTimeout(() => focusIfLost(element.current, id));
    };
  }, [byKeys, element]);
  useEffect(() => {
    if (!byKeys) return;
    document.addEventListener("pointerdown", cancel);
    return () => document.removeEventListener("pointerdown", cancel);
  }, [byKeys, cancel]);

  // The menu gives the focus back to its button, which may have gone with the card: then it is lost.
  useEffect(() => {
    if (!sent) return;
    const timer = setTimeout(() => focusIfLost(element.current, sent.id), 100);
    return () => clearTimeout(timer);
  }, [sent, element]);

  return (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLAnchorElement)) return;
    const toward = ARROWS[event.key] ?? (shortcutsAreOn() ? LETTERS[event.key] : undefined);
    if (byKeys) {
      event.preventDefault();
      if (toward) step(toward);
      else if (event.key === " " || event.key === "Enter") drop();
      else if (event.key === "Escape") cancel();
      return;
    }
    const id = event.target.closest<HTMLElement>("[data-card]")?.dataset.card;
    const at = id && placeOf(columns, id);
    if (!at) return;
    const task = columns[at.status][at.index];
    if (event.key === " " && task) {
      event.preventDefault();
      if (can("task:update", task.ownerId)) lift(task, "keyboard");
      return;
    }
    if (!toward) return;
    event.preventDefault();
    focus(neighbour(columns, at, toward));
  };
}

function neighbour(
  columns: Board["columns"],
  at: { status: (typeof STATUSES)[number]; index: number },
  step: Step,
) {
  const column = columns[at.status];
  if (step === "up") return column[at.index - 1]?.id;
  if (step === "down") return column[at.index + 1]?.id;
  if (step === "top") return column[0]?.id;
  if (step === "bottom") return column.at(-1)?.id;
  const from = STATUSES.indexOf(at.status);
  const beside = step === "left" ? STATUSES.slice(0, from).reverse() : STATUSES.slice(from + 1);
  const next = beside.map((status) => columns[status]).find((cards) => cards.length > 0);
  return next?.[Math.min(at.index, next.length - 1)]?.id;
}

function linkOf(board: HTMLElement | null, id: string | undefined): HTMLAnchorElement | null | undefined {
  return id ? board?.querySelector<HTMLAnchorElement>(`[data-card="${id}"] a`) : undefined;
}

function focusIfLost(board: HTMLElement | null, id: string): void {
  if (document.activeElement === document.body) linkOf(board, id)?.focus();
}
