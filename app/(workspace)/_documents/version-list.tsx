"use client";

import { clsx } from "clsx";
import { Badge } from "@/app/_ui/badge";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { DocumentVersion } from "@/server/features/document/schema";
import { useMembers } from "../_data/members";

interface VersionListProps {
  versions: DocumentVersion[];
  current: number;
  chosen: number;
  onChoose: (version: number) => void;
}

export function VersionList({ versions, current, chosen, onChoose }: VersionListProps) {
  const { nameOf } = useMembers();
  return (
    <ol aria-label="Versions" className="flex flex-col gap-0.5 p-2">
      {versions.map(({ version, authorId, createdAt }) => (
        <li key={version}>
          <button
            type="button"
            aria-current={version === chosen || undefined}
            onClick={() => onChoose(version)}
            className={clsx(
              "w-full rounded-lg px-3 py-2 text-left transition-colors",
              version === chosen ? "bg-accent-soft" : "hover:bg-hover",
            )}
          >
            <span className="flex items-center justify-between gap-2 font-medium text-[0.8125rem]">
              <RelativeTime value={createdAt} />
              {version === current && <Badge tone="accent">Now</Badge>}
            </span>
            <span className="mt-0.5 block truncate text-ink-muted text-xs">
              {nameOf(authorId)} · version {version}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
