/** The input of `workspace.list` in the shell: server and browser use the same, or the cache would not meet. */
export const WORKSPACES = { limit: 100 } as const;

/** Keeps the workspace that was open last, for the way back from pages beside the workspaces. */
export const LAST_WORKSPACE_COOKIE = "holdfast-workspace";
