import { expect, test } from "@playwright/test";
import { make, signIn, signUp, watchComplaints } from "./people";

test("a person signs up, keeps a project, ten tasks and a document, and finds them again", async ({
  page,
}) => {
  const complaints = watchComplaints(page);
  const { email } = await signUp(page);

  // A press before the page is alive in the browser is lost, as in any page that the server renders.
  await expect(async () => {
    await page.getByRole("button", { name: "New project" }).first().click();
    await expect(page.getByRole("dialog")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.getByRole("dialog").getByLabel("Name").fill("Website relaunch");
  await page.getByRole("dialog").getByRole("button", { name: "Create project" }).click();
  await expect(page.getByRole("heading", { name: "Website relaunch" })).toBeVisible();

  const quickAdd = page.getByRole("textbox", { name: "Add a task" });
  for (let number = 1; number <= 10; number++) {
    await quickAdd.fill(`Task ${number}`);
    await quickAdd.press("Enter");
    await expect(page.getByRole("link", { name: `Task ${number}`, exact: true })).toBeVisible();
  }

  await page.getByRole("tab", { name: "Documents" }).click();
  await page.getByRole("button", { name: "New document" }).first().click();
  await page.getByRole("textbox", { name: "Title" }).fill("Meeting notes");
  await page.getByRole("textbox", { name: "Text in Markdown" }).fill("# Agreed\n\n- **everything**");
  await expect(page.getByRole("region", { name: "Preview" }).getByText("everything")).toBeVisible();
  await page.keyboard.press("Control+s");
  await expect(page.getByText(/^Saved/)).toBeVisible();

  await expect(async () => {
    await page.getByRole("button", { name: /Ada Lovelace/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click({ timeout: 1_000 });
  }).toPass();
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn(page, email);
  await page.getByRole("link", { name: /Website relaunch/ }).click();
  await expect(page.getByRole("list", { name: "Tasks" }).getByRole("listitem")).toHaveCount(10);
  await expect(async () => {
    await page.getByRole("tab", { name: "Documents" }).click();
    await expect(page.getByRole("link", { name: /Meeting notes/ })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.getByRole("link", { name: /Meeting notes/ }).click();
  await expect(page.getByRole("textbox", { name: "Text in Markdown" })).toHaveValue(
    "# Agreed\n\n- **everything**",
  );
  expect(complaints).toEqual([]);
});

test("two people who save the same document are told, and nothing is lost", async ({ page, context }) => {
  const { workspaceId } = await signUp(page);
  const id = await make(page, "document.create", { title: "Shared", body: "first" });
  const other = await context.newPage();
  for (const one of [page, other]) await one.goto(`/w/${workspaceId}/documents/${id}`);
  await other.getByRole("textbox", { name: "Text in Markdown" }).fill("theirs");
  await other.keyboard.press("Control+s");
  await expect(other.getByText(/^Saved/)).toBeVisible();
  await page.getByRole("textbox", { name: "Text in Markdown" }).fill("mine");
  await page.keyboard.press("Control+s");
  await expect(page.getByRole("dialog", { name: "Somebody else saved meanwhile" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Text in Markdown", includeHidden: true })).toHaveValue(
    "mine",
  );
});
