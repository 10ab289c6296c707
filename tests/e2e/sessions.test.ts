import { expect, test } from "@playwright/test";
import { violations } from "./axe";
import { signIn, signUp, watchComplaints } from "./people";

test("a device that is signed out in one browser is out in the other at its next action", async ({
  page,
  browser,
}) => {
  const complaints = watchComplaints(page);
  const { email } = await signUp(page);
  const other = await browser.newContext({
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
  });
  const phone = await other.newPage();
  await phone.goto("/sign-in");
  await signIn(phone, email);

  await page.goto("/account");
  await page.getByRole("navigation", { name: "Account" }).getByRole("link", { name: "Devices" }).click();
  const rows = page.getByRole("main").getByRole("listitem").filter({ hasText: "Signed in" });
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: "This device" })).toHaveCount(1);
  await expect(rows.filter({ hasText: "This device" }).getByRole("button")).toHaveCount(0);
  expect(await violations(page)).toEqual([]);

  // By the keyboard alone.
  await page.getByRole("button", { name: "Sign out Firefox on Linux" }).focus();
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(1);
  await expect(page.getByText("You are signed in on this device only.")).toBeVisible();

  await phone.getByRole("button", { name: "New project" }).first().click();
  await phone.getByLabel("Name").fill("Too late");
  await phone.getByRole("button", { name: "Create project" }).click();
  await expect(phone.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await other.close();
  expect(complaints).toEqual([]);
});

test("all other devices are signed out together, after a question", async ({ page, browser }) => {
  const { email } = await signUp(page);
  const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
  const others = await Promise.all(contexts.map((context) => context.newPage()));
  for (const other of others) {
    await other.goto("/sign-in");
    await signIn(other, email);
  }
  await page.goto("/account/sessions");
  await page.getByRole("button", { name: "Sign out all others" }).click();
  const question = page.getByRole("alertdialog");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("main").getByRole("listitem").filter({ hasText: "Last seen" })).toHaveCount(2);
  await page.getByRole("button", { name: "Sign out all others" }).click();
  expect(await violations(page)).toEqual([]);
  await question.getByRole("button", { name: "Sign out others" }).click();
  await expect(page.getByText("You are signed in on this device only.")).toBeVisible();
  for (const other of others) {
    await other.reload();
    await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible();
  }
  for (const context of contexts) await context.close();
});
