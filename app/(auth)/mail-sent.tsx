import { MailCheck } from "lucide-react";
import type { ReactNode } from "react";

interface MailSentProps {
  title: string;
  children: ReactNode;
}

/** What a page says after a letter was asked for: the same whether there was one to send. */
export function MailSent({ title, children }: MailSentProps) {
  return (
    <div role="status">
      <MailCheck aria-hidden="true" className="mb-3 size-6 text-success-text" />
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      <div className="mt-1 flex flex-col gap-2 text-ink-muted text-sm">{children}</div>
    </div>
  );
}
