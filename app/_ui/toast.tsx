"use client";

import { CircleAlert, CircleCheck, X } from "lucide-react";
import { createContext, type ReactNode, use, useCallback, useEffect, useRef, useState } from "react";
import { IconButton } from "@/app/_ui/icon-button";

interface Toast {
  title: string;
  description?: string;
  tone?: "success" | "danger";
}
type Shown = Toast & { id: number };

const ToastContext = createContext<(toast: Toast) => void>(() => {});

/** Returns `toast({ title, description?, tone? })`. Keep what must be read or acted on out of toasts. */
export function useToast(): (toast: Toast) => void {
  return use(ToastContext);
}

const AT_MOST = 3;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const next = useRef(0);
  const show = useCallback((toast: Toast) => {
    next.current += 1;
    const id = next.current;
    setShown((before) => [...before.slice(1 - AT_MOST), { ...toast, id }]);
  }, []);
  const close = useCallback(
    (id: number) => setShown((before) => before.filter((toast) => toast.id !== id)),
    [],
  );
  return (
    <ToastContext value={show}>
      {children}
      <section
        aria-label="Notifications"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-end gap-2 sm:right-6 sm:bottom-6 sm:left-auto"
      >
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={close} />
        ))}
      </section>
    </ToastContext>
  );
}

const SECONDS = { success: 5, danger: 10 } as const;

function ToastCard({ toast, onClose }: { toast: Shown; onClose: (id: number) => void }) {
  const { id, title, description, tone = "success" } = toast;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => onClose(id), SECONDS[tone] * 1000);
    return () => clearTimeout(timer);
  }, [held, id, tone, onClose]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a pointer resting here only stops the clock.
    <div
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
      className="pointer-events-auto flex w-full max-w-sm animate-rise items-start gap-2.5 rounded-xl border border-line bg-raised py-2.5 pr-2 pl-3.5 shadow-pop sm:w-88"
    >
      {tone === "danger" ? (
        <CircleAlert aria-hidden="true" className="mt-1.5 size-4 shrink-0 text-danger-text" />
      ) : (
        <CircleCheck aria-hidden="true" className="mt-1.5 size-4 shrink-0 text-success-text" />
      )}
      <div className="min-w-0 flex-1 py-1">
        <p className="break-words font-medium text-sm">{title}</p>
        {description && <p className="break-words text-[0.8125rem] text-ink-muted">{description}</p>}
      </div>
      <IconButton label="Dismiss" tooltip={false} size="sm" onClick={() => onClose(id)}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
