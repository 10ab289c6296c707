"use client";

import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { useWorkspacePath } from "./use-workspace-path";

/** The way on from a page that leads nowhere. */
export function ToProjects() {
  const path = useWorkspacePath();
  return (
    <Button asChild>
      <Link href={path("/projects")}>Go to projects</Link>
    </Button>
  );
}
