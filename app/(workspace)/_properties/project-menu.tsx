"use client";

import { FolderKanban } from "lucide-react";
import { useMemo } from "react";
import { useProjects } from "../_data/use-projects";
import { ChoiceMenu } from "./choice-menu";

const NONE = "none";
const ICON = <FolderKanban aria-hidden="true" className="size-4 shrink-0 text-ink-faint" />;

interface ProjectMenuProps {
  projectId: string | null;
  onChoose: (projectId: string | null) => void;
  readOnly?: boolean;
  look?: "inline" | "field";
}

/** The project that a task or document belongs to. An archived one is named, but not offered to others. */
export function ProjectMenu({ projectId, onChoose, ...rest }: ProjectMenuProps) {
  const projects = useProjects();
  const choices = useMemo(() => {
    const known = projects.map(({ id, name }) => ({ value: id, label: name, icon: ICON }));
    const elsewhere = projectId !== null && !projects.some(({ id }) => id === projectId);
    return [
      { value: NONE, label: "No project", icon: ICON },
      ...(elsewhere ? [{ value: projectId, label: "Archived project", icon: ICON }] : []),
      ...known,
    ];
  }, [projects, projectId]);
  return (
    <ChoiceMenu
      {...rest}
      name="Project"
      value={projectId ?? NONE}
      choices={choices}
      withText
      onChoose={(value) => onChoose(value === NONE ? null : value)}
    />
  );
}
