import type { Principal } from "@/server/cli/attack/report";

/** Everybody who attacks, from nobody to the owner. */
export const PRINCIPALS: readonly Principal[] = [
  { id: "anonymous", title: "Anonymous", about: "No credential at all." },
  { id: "user", title: "User", about: "Signed in; owner of a personal workspace and of nothing else." },
  { id: "stranger", title: "Stranger", about: "Owner of another workspace, full of rows." },
  { id: "viewer", title: "Viewer", about: "May read in the attacked workspace." },
  { id: "member", title: "Member", about: "Writes own rows in the attacked workspace." },
  { id: "admin", title: "Admin", about: "Writes any row in the attacked workspace." },
  { id: "owner", title: "Owner", about: "Owns the attacked workspace." },
  {
    id: "platform-admin",
    title: "Platform admin",
    about: "Looks after people; no member of the attacked workspace.",
  },
  { id: "auditor", title: "Auditor", about: "Reads security events; no member of the attacked workspace." },
  { id: "banned", title: "Banned", about: "A session from before the ban." },
  {
    id: "token",
    title: "Access token",
    about: "The owner as a program: an access token of a session of its own.",
  },
  {
    id: "api-key",
    title: "API key",
    about: "A key of the owner's in the attacked workspace, with every scope there is.",
  },
  { id: "expired-key", title: "Expired key", about: "Such a key, whose time is over." },
  { id: "service", title: "Service", about: "A key of a service account of the attacked workspace." },
];
