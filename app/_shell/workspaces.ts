/** The input of `workspace.list` in the shell: server and browser use the same, or the cache would not meet. */
export const WORKSPACES = { limit: 100 } as const;

/** Where the browser keeps the workspace that was open last, for the way back from account pages. */
export const LAST_WORKSPACE_COOKIE = "holdfast-workspace";
