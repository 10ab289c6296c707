"use client";

import { Archive, ArchiveRestore, Ellipsis, Pencil, Trash2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { errorOf } from "@/app/_api/errors";
import { useCan } from "@/app/_shell/me";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { IconButton } from "@/app/_ui/icon-button";
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/app/_ui/menu";
import { PageHeader } from "@/app/_ui/page-header";
import { useToast } from "@/app/_ui/toast";
import type { Project } from "@/server/features/project/schema";
import { useWorkspacePath } from "../_data/use-workspace-path";
import { DeleteProjectDialog } from "./delete-project-dialog";
import { EditProjectDialog } from "./edit-project-dialog";
import { ProjectProgress } from "./project-progress";
import { useProjectChanges } from "./use-project-changes";

export function ProjectHeader({ project }: { project: Project }) {
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const { archive } = useProjectChanges(project);
  const path = useWorkspacePath();
  const toast = useToast();
  const can = useCan();
  const mayUpdate = can("project:update", project.ownerId);
  const mayDelete = can("project:delete", project.ownerId);
  const archived = project.archivedAt !== null;

  const setArchived = (next: boolean) =>
    archive.mutate(
      { id: project.id, version: project.version, archived: next },
      {
        onSuccess: () => toast({ title: next ? "Project archived" : "Project is back from the archive" }),
        onError: (error) => {
          const { message, reason } = errorOf(error);
          if (reason === "STALE_VERSION") {
            toast({
              title: "Changed meanwhile",
              description: "You see the project as it is now. Try once more.",
            });
          } else toast({ title: "That was not saved", description: message, tone: "danger" });
        },
      },
    );

  return (
    <>
      <PageHeader
        eyebrow={
          <Link href={path("/projects")} className="rounded hover:text-ink">
            Projects
          </Link>
        }
        title={
          <>
            {project.name} {archived && <Badge className="ml-1 align-middle">Archived</Badge>}
          </>
        }
        description={project.description || undefined}
        actions={
          (mayUpdate || mayDelete) && (
            <>
              {mayUpdate && (
                <Button onClick={() => setDialog("edit")}>
                  <Pencil aria-hidden="true" />
                  Edit
                </Button>
              )}
              <Menu>
                <MenuTrigger>
                  <IconButton label="More for this project" variant="secondary" tooltip={false}>
                    <Ellipsis aria-hidden="true" />
                  </IconButton>
                </MenuTrigger>
                <MenuContent align="end">
                  {mayUpdate && (
                    <MenuItem
                      icon={archived ? <ArchiveRestore aria-hidden="true" /> : <Archive aria-hidden="true" />}
                      onSelect={() => setArchived(!archived)}
                    >
                      {archived ? "Bring back from the archive" : "Archive"}
                    </MenuItem>
                  )}
                  {mayUpdate && mayDelete && <MenuSeparator />}
                  {mayDelete && (
                    <MenuItem
                      tone="danger"
                      icon={<Trash2 aria-hidden="true" />}
                      onSelect={() => setDialog("delete")}
                    >
                      Delete…
                    </MenuItem>
                  )}
                </MenuContent>
              </Menu>
            </>
          )
        }
      />
      <div className="-mt-2 mb-4 max-w-md">
        <ProjectProgress counts={project.taskCounts} />
      </div>
      <EditProjectDialog project={project} open={dialog === "edit"} onClose={() => setDialog(null)} />
      <DeleteProjectDialog project={project} open={dialog === "delete"} onClose={() => setDialog(null)} />
    </>
  );
}
