import { clsx } from "clsx";
import { CircleAlert, CircleCheck, Info } from "lucide-react";
import type { ReactNode } from "react";

const TONE = {
  info: { look: "bg-sunken text-ink", Icon: Info },
  success: { look: "bg-success-soft text-success-text", Icon: CircleCheck },
  danger: { look: "bg-danger-soft text-danger-text", Icon: CircleAlert },
} as const;

interface NoticeProps {
  tone?: keyof typeof TONE;
  requestId?: string | undefined;
  children: ReactNode;
}

/** A message in its place, such as above a form. Failures are read out at once. */
export function Notice({ tone = "info", requestId, children }: NoticeProps) {
  const { look, Icon } = TONE[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={clsx("flex items-start gap-2.5 rounded-lg px-3 py-2.5 text-sm", look)}
    >
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">
        {children}
        {requestId && <p className="mt-0.5 break-all font-mono text-xs">Request {requestId}</p>}
      </div>
    </div>
  );
}
