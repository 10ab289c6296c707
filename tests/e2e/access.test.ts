import { expect, test } from "@playwright/test";
import { violations } from "./axe";
import { call, make, signUp, watchComplaints } from "./people";

const VIEWS = [
  { name: "wide and light", size: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "narrow and dark", size: { width: 390, height: 844 }, colorScheme: "dark" },
] as const;

/** For an address that nobody here has. */
const INVITATION = `/invitation#${"x".repeat(43)}.${Buffer.from("grace@example.com").toString("base64url")}`;

for (const { name, size, colorScheme } of VIEWS) {
  test(`every page is accessible, fits and complains of nothing, ${name}`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const complaints = watchComplaints(page);
    const found: Record<string, string[]> = {};
    const look = async (path: string) => {
      await page.goto(path);
      await expect(page.getByRole("heading").first()).toBeVisible();
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      found[path] = [...(await violations(page)), ...(wide > 0 ? [`scrolls ${wide} px sideways`] : [])];
    };
    const letters = ["/forgot", "/verify", "/verify?sent", "/verify#secret", "/reset#secret", "/reset"];
    const outside = ["/sign-in", "/sign-in/problem?code=OIDC_STATE", "/sign-up", "/first-admin", ...letters];
    for (const path of [...outside, INVITATION, "/invitation"]) await look(path);

    const { workspaceId } = await signUp(page);
    const home = `/w/${workspaceId}`;
    // Empty first, then with something in it.
    for (const path of ["/projects", "/tasks", "/documents", "/members", "/keys"]) await look(home + path);
    const project = await make(page, "project.create", { name: "Website", description: "A line about it" });
    const due = new Date(Date.now() - 86_400_000).toISOString();
    const task = await make(page, "task.create", {
      title: "Write",
      projectId: project,
      priority: "urgent",
      dueAt: due,
    });
    const text = await make(page, "document.create", {
      title: "Notes",
      body: "# Notes\n\n- one\n\n`code`",
    });
    const paths = [
      "/projects",
      "/tasks",
      "/documents",
      `/projects/${project}`,
      `/projects/${project}?view=board`,
    ];
    for (const path of [...paths, `/tasks/${task}`, `/documents/${text}`]) await look(home + path);
    const team = await make(page, "workspace.create", { name: "A team" });
    const invited = { email: "grace@example.com", role: "viewer" };
    const there = { "x-workspace-id": team };
    expect((await call(page, "member.invite", invited, false, there)).status).toBe(200);
    await look(`/w/${team}/members`);
    const account = ["/account", "/account/sessions", "/account/security"];
    for (const path of [...account, INVITATION, "/invitation", "/nowhere"]) await look(path);

    expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([]);
    // The page that is not there is a 404, which the browser notes.
    expect(complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
  });
}
