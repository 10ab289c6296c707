"use client";

import { useParams } from "next/navigation";
import { useCallback } from "react";

/** The workspace of this page. */
export function useWorkspaceId(): string {
  return useParams<{ workspaceId: string }>().workspaceId;
}

/** Makes addresses inside the workspace of this page: `path("/tasks")` is `/w/<id>/tasks`. */
export function useWorkspacePath(): (rest: `/${string}` | "") => string {
  const workspaceId = useWorkspaceId();
  return useCallback((rest) => `/w/${workspaceId}${rest}`, [workspaceId]);
}
