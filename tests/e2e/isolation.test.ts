import { expect, test } from "@playwright/test";
import { call, make, signUp } from "./people";

test("a second person sees nothing of the first: by page, by id, by search", async ({ browser, baseURL }) => {
  const options = baseURL ? { baseURL } : {};
  const first = await signUp(await (await browser.newContext(options)).newPage(), "First Person");
  const second = await signUp(await (await browser.newContext(options)).newPage(), "Second Person");
  const project = await make(first.page, "project.create", { name: "Xylophone plans" });
  const task = await make(first.page, "task.create", { title: "Xylophone task", projectId: project });
  const document = await make(first.page, "document.create", { title: "Xylophone text", body: "xylophone" });

  const theirs = `/w/${first.workspaceId}`;
  const own = `/w/${second.workspaceId}`;
  for (const path of [
    "",
    `/projects/${project}`,
    `/tasks/${task}`,
    `/documents/${document}`,
    "/tasks",
    "/documents",
  ]) {
    await second.page.goto(theirs + path);
    await expect(second.page.getByText(/nothing here for you|You can not see this/)).toBeVisible();
    await second.page.goto(own + path);
    await expect(second.page.getByText(/xylophone/i)).toHaveCount(0);
  }

  const unknown = "0190a0a0-0000-7000-8000-000000000000";
  for (const [path, id] of [
    ["project.get", project],
    ["task.get", task],
    ["document.get", document],
    ["document.versions", document],
  ] as const) {
    const foreign = await call(second.page, path, { id }, true);
    expect(foreign).toEqual(await call(second.page, path, { id: unknown }, true));
    expect(foreign.status).toBe(403);
  }
  for (const path of ["project.list", "task.list", "document.list"]) {
    const found = await call(second.page, path, { search: "xylophone" }, true);
    expect(found.text).toContain('"items":[]');
    expect((await call(first.page, path, { search: "XYLOPHONE" }, true)).text).toMatch(/xylophone/i);
  }
});

test("without a session every page leads to sign-in, and the API says 401", async ({ page }) => {
  for (const path of [
    "/",
    "/w/0190a0a0-0000-7000-8000-000000000000/tasks",
    "/account",
    "/account/security",
  ]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in/);
  }
  expect((await call(page, "task.list", {}, true)).status).toBe(401);
});

test("after signing in one goes on to where one wanted to go, and never to another site", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/sign-in?next=https://elsewhere.example/");
  await page.goto("/sign-in?next=//elsewhere.example/");
  await expect(page).toHaveURL(/^http:\/\/localhost:/);
});
