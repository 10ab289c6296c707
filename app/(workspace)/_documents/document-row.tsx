"use client";

import { FileText } from "lucide-react";
import { Avatar } from "@/app/_ui/avatar";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { DocumentSummary } from "@/server/features/document/schema";
import { IntentLink } from "../_data/intent-link";
import { useMembers } from "../_data/members";

interface DocumentRowProps {
  document: DocumentSummary;
  href: string;
  projectName?: string | undefined;
}

export function DocumentRow({ document, href, projectName }: DocumentRowProps) {
  const { nameOf } = useMembers();
  const owner = nameOf(document.ownerId);
  return (
    <li className="relative flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 transition-colors first:rounded-t-xl last:rounded-b-xl focus-within:bg-hover hover:bg-hover">
      <FileText aria-hidden="true" className="size-4 shrink-0 text-ink-faint" />
      <IntentLink
        href={href}
        data-row
        className="min-w-0 flex-1 truncate font-medium text-sm after:absolute after:inset-0 after:rounded-[inherit] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-ring focus-visible:after:-outline-offset-2"
      >
        {document.title}
      </IntentLink>
      <span className="flex w-full items-center gap-3 pl-7 text-ink-faint text-xs sm:w-auto sm:pl-0">
        {projectName !== undefined && <span className="max-w-44 truncate">{projectName}</span>}
        <RelativeTime value={document.updatedAt} className="sm:w-24 sm:text-right" />
        <span title={owner} className="ml-auto">
          <Avatar name={owner} size="xs" />
          <span className="sr-only">Owner: {owner}</span>
        </span>
      </span>
    </li>
  );
}
