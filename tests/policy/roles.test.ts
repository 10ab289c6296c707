import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { permissionsOf } from "@/server/guard/permissions";
import type { PlatformRole, WorkspaceRole } from "@/server/identity/identity";

const DOCUMENT = readFileSync("docs/permissions.md", "utf8");
const WORKSPACE_ROLES: WorkspaceRole[] = ["viewer", "member", "admin", "owner"];
const PLATFORM_ROLES: PlatformRole[] = ["user", "auditor", "admin"];

/** The lines of a section's table: a permission and its cells, read back from the document. */
function tableOf(title: string): { roles: string[]; lines: [string, string[]][] } {
  const [, section = ""] = DOCUMENT.split(`## ${title}\n`);
  const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  const [head = [], , ...lines] = rows.map((row) => row.slice(2, -2).split(" | "));
  return {
    roles: head.slice(1),
    lines: lines.map(([name = "", ...cells]) => [name.replaceAll("`", ""), cells]),
  };
}

describe("the role tables of docs/permissions.md", () => {
  it.each([
    ["Workspace roles", WORKSPACE_ROLES],
    ["Platform roles", PLATFORM_ROLES],
  ])("name every role: %s", (title, roles) => {
    expect(tableOf(title).roles).toEqual(roles);
  });

  it.each(
    PLATFORM_ROLES.flatMap((platform) => WORKSPACE_ROLES.map((workspace) => ({ platform, workspace }))),
  )("say what a $workspace who is $platform holds", ({ platform, workspace }) => {
    const held = [
      { table: tableOf("Platform roles"), role: platform },
      { table: tableOf("Workspace roles"), role: workspace },
    ].flatMap(({ table, role }) =>
      table.lines.map(([name, cells]) => [name, cells[table.roles.indexOf(role)]] as const),
    );
    expect(held.filter(([, reach]) => reach !== "-")).toEqual([...permissionsOf(platform, workspace)]);
  });
});
