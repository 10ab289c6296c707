import { Laptop, Smartphone } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { Session } from "@/server/features/session/schema";

interface SessionRowProps {
  session: Session;
  pending: boolean;
  onRevoke: () => void;
}

const HANDHELD = /\b(?:iPhone|iPad|Android)$/;

export function SessionRow({ session, pending, onRevoke }: SessionRowProps) {
  const { device, addressPrefix, createdAt, lastSeenAt, current, secondFactor } = session;
  const Icon = HANDHELD.test(device) ? Smartphone : Laptop;
  return (
    <li className="flex items-start gap-3.5 px-4 py-3.5 sm:px-5">
      <span
        aria-hidden="true"
        className="mt-0.5 grid size-8 shrink-0 place-items-center rounded-full bg-sunken text-ink-muted"
      >
        <Icon className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
          {device}
          {current && <Badge tone="accent">This device</Badge>}
          {secondFactor && <Badge>Second factor</Badge>}
        </p>
        <p className="mt-0.5 text-[0.8125rem] text-ink-muted">
          {current ? (
            "Active now"
          ) : (
            <>
              Last seen <RelativeTime value={lastSeenAt} />
            </>
          )}
        </p>
        <p className="text-ink-faint text-xs leading-5">
          Signed in <RelativeTime value={createdAt} />
          {addressPrefix && ` · from ${addressPrefix}`}
        </p>
      </div>
      {!current && (
        <Button size="sm" pending={pending} onClick={onRevoke} aria-label={`Sign out ${device}`}>
          Sign out
        </Button>
      )}
    </li>
  );
}
