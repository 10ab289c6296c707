import {
  Building2,
  FileText,
  FolderKanban,
  KeyRound,
  ListChecks,
  LogIn,
  ShieldAlert,
  UserRound,
} from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { SecurityEvent } from "@/server/features/security-event/schema";
import { eventName, eventOrigin } from "./event-names";

const ICONS: Record<string, typeof LogIn> = {
  session: LogIn,
  user: UserRound,
  profile: UserRound,
  workspace: Building2,
  project: FolderKanban,
  task: ListChecks,
  document: FileText,
};

const OUTCOME = { denied: "Refused", failure: "Failed" } as const;

export function EventRow({ event }: { event: SecurityEvent }) {
  const { action, at, count, outcome, reason, requestId, resourceKind } = event;
  const Icon = outcome === "success" ? (ICONS[resourceKind] ?? KeyRound) : ShieldAlert;
  const origin = eventOrigin(event);
  return (
    <li className="flex gap-3.5 px-4 py-3 sm:px-5">
      <span
        aria-hidden="true"
        className="mt-0.5 grid size-8 shrink-0 place-items-center rounded-full bg-sunken text-ink-muted"
      >
        <Icon className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
            {eventName(action)}
            {count > 1 && <Badge>{count} times</Badge>}
            {outcome !== "success" && <Badge tone="danger">{OUTCOME[outcome]}</Badge>}
          </p>
          <RelativeTime value={at} className="shrink-0 text-[0.8125rem] text-ink-faint" />
        </div>
        <div className="flex flex-wrap items-baseline gap-x-4 text-ink-faint text-xs leading-5">
          {(origin || reason) && <p>{[origin, reason].filter(Boolean).join(" · ")}</p>}
          {requestId && (
            <p className="min-w-0 truncate">
              Request <code className="select-all font-mono">{requestId}</code>
            </p>
          )}
        </div>
      </div>
    </li>
  );
}
