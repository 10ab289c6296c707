"use client";

import { useCallback, useMemo } from "react";
import { PageHeader } from "@/app/_ui/page-header";
import { useProjects } from "../_data/use-projects";
import { DocumentsBrowser } from "./documents-browser";

/** Every document of the workspace. */
export function DocumentsHome() {
  const projects = useProjects();
  const names = useMemo(() => new Map(projects.map(({ id, name }) => [id, name])), [projects]);
  const projectName = useCallback((id: string) => names.get(id), [names]);
  return (
    <>
      <PageHeader title="Documents" description="What this workspace knows, and how it came to know it." />
      <DocumentsBrowser projectName={projectName} />
    </>
  );
}
