"use client";

import { useParams } from "next/navigation";
import { useCallback } from "react";

/** Makes addresses inside the workspace of this page: `path("/tasks")` is `/w/<id>/tasks`. */
export function useWorkspacePath(): (rest: `/${string}` | "") => string {
  const { workspaceId } = useParams<{ workspaceId: string }>();
  return useCallback((rest) => `/w/${workspaceId}${rest}`, [workspaceId]);
}
