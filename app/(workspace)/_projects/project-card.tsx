"use client";

import { clsx } from "clsx";
import { Badge } from "@/app/_ui/badge";
import { RelativeTime } from "@/app/_ui/relative-time";
import type { Project } from "@/server/features/project/schema";
import { IntentLink } from "../_data/intent-link";
import { ProjectProgress } from "./project-progress";

export function ProjectCard({ project, href }: { project: Project; href: string }) {
  const archived = project.archivedAt !== null;
  return (
    <li className="relative flex min-h-40 flex-col rounded-xl border border-line bg-surface p-4 shadow-card transition-colors hover:border-line-strong">
      <div className="flex items-start justify-between gap-2">
        <h2 className="min-w-0 font-semibold text-[0.9375rem] leading-snug">
          <IntentLink
            href={href}
            data-row
            className="line-clamp-2 break-words after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-ring focus-visible:after:outline-offset-2"
          >
            {project.name}
          </IntentLink>
        </h2>
        {archived && <Badge>Archived</Badge>}
      </div>
      {project.description && (
        <p className="mt-1 line-clamp-2 break-words text-[0.8125rem] text-ink-muted">{project.description}</p>
      )}
      <div className={clsx("mt-auto pt-4", archived && "opacity-70")}>
        <ProjectProgress counts={project.taskCounts} />
        <p className="mt-0.5 text-ink-faint text-xs">
          Changed <RelativeTime value={project.updatedAt} />
        </p>
      </div>
    </li>
  );
}
