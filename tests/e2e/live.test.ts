import { expect, test } from "@playwright/test";
import { call, make, signIn, signUp, watchComplaints } from "./people";

test("what one browser does to tasks, another sees without reloading", async ({ browser, baseURL }) => {
  const options = baseURL ? { baseURL } : {};
  const first = await signUp(await (await browser.newContext(options)).newPage());
  const second = await (await browser.newContext(options)).newPage();
  const complaints = watchComplaints(second);
  await second.goto("/sign-in");
  await signIn(second, first.email);
  const projectId = await make(first.page, "project.create", { name: "Shared" });
  const list = first.page;
  await list.goto(`/w/${first.workspaceId}/tasks`);
  await second.goto(`/w/${first.workspaceId}/tasks`);
  await expect(second.getByText("Nothing to do here yet")).toBeVisible();

  const id = await make(first.page, "task.create", { title: "Seen elsewhere", projectId });
  const row = second.getByRole("link", { name: "Seen elsewhere", exact: true });
  await expect(row).toBeVisible();
  await call(first.page, "task.update", { id, title: "Named anew" });
  await expect(second.getByRole("link", { name: "Named anew", exact: true })).toBeVisible();

  await second.goto(`/w/${first.workspaceId}/projects/${projectId}?view=board`);
  const done = second.getByRole("region", { name: /Done/ });
  await expect(second.getByRole("link", { name: "Named anew" })).toBeVisible();
  await call(first.page, "task.move", { id, status: "done" });
  await expect(done.getByRole("link", { name: "Named anew" })).toBeVisible();
  await call(first.page, "task.delete", { id });
  await expect(second.getByRole("link", { name: "Named anew" })).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("a page that lost its stream catches up by itself, and says nothing of it", async ({
  page,
  context,
}) => {
  const { workspaceId } = await signUp(page);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`/w/${workspaceId}/tasks`);
  await expect(page.getByText("Nothing to do here yet")).toBeVisible();
  const other = await context.newPage();
  await other.goto(`/w/${workspaceId}/projects`);
  await context.route(/task\.changes/, (route) => route.abort());
  await page.reload();
  await expect(page.getByText("Nothing to do here yet")).toBeVisible();
  await make(other, "task.create", { title: "Missed at first" });
  await page.waitForTimeout(1_500);
  await expect(page.getByText("Missed at first")).toHaveCount(0);
  await context.unroute(/task\.changes/);
  await expect(page.getByText("Missed at first")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("alert").filter({ hasText: /./ })).toHaveCount(0);
  expect(complaints).toEqual([]);
});
