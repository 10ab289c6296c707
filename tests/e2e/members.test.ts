import { expect, type Page, test } from "@playwright/test";
import { violations } from "./axe";
import { linkTo } from "./letters";
import { make, PASSWORD, signIn, signUp, watchComplaints } from "./people";

/** Opens the letter of sign-up and confirms, as somebody must who answers an invitation. */
async function confirmAddress(page: Page, email: string): Promise<void> {
  await page.goto(await linkTo(email, "Confirm your address"));
  expect(new URL(page.url()).pathname).toBe("/verify");
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is confirmed" })).toBeVisible();
  expect(page.url()).not.toContain("#");
}

test("somebody is invited, joins by the letter, gets a role and is removed", async ({ page, browser }) => {
  const complaints = watchComplaints(page);
  await signUp(page);
  const team = await make(page, "workspace.create", { name: "Analytical engines" });
  const elsewhere = await browser.newContext();
  const guest = await elsewhere.newPage();
  const { email } = await signUp(guest, "Grace Hopper");
  await confirmAddress(guest, email);

  await page.goto(`/w/${team}/members`);
  await page.getByRole("button", { name: "Invite" }).click();
  const address = page.getByRole("dialog", { name: "Invite somebody" }).getByLabel("E-mail");
  await address.fill(email);
  expect(await violations(page)).toEqual([]);
  await address.press("Enter");
  const pending = page.getByRole("region", { name: "Invitations" });
  await expect(pending.getByText(email)).toBeVisible();

  // Signed out, the link leads past sign-in, and its secret with it.
  await elsewhere.clearCookies();
  await guest.goto(await linkTo(email, "invit"));
  await expect(guest.getByRole("link", { name: "Sign in" })).toBeVisible();
  expect(await violations(guest)).toEqual([]);
  await guest.getByRole("link", { name: "Sign in" }).click();
  await guest.getByLabel("E-mail").fill(email);
  await guest.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await guest.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(guest.getByRole("button", { name: "Join the workspace" })).toBeVisible();
  expect(await violations(guest)).toEqual([]);
  await guest.getByRole("button", { name: "Join the workspace" }).click();
  await expect(guest.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  expect(guest.url()).toContain(team);

  await page.reload();
  await expect(page.getByText("Nobody is invited at the moment.")).toBeVisible();
  const role = page.getByRole("combobox", { name: "Role of Grace Hopper" });
  await role.selectOption("viewer");
  await expect(role).toHaveValue("viewer");
  await guest.reload();
  await expect(guest.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await expect(guest.getByRole("button", { name: "New project" })).toHaveCount(0);

  await page.getByRole("button", { name: "Remove Grace Hopper" }).click();
  const question = page.getByRole("alertdialog", { name: "Remove Grace Hopper?" });
  await question.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("list", { name: "Members" }).getByRole("listitem")).toHaveCount(1);
  await guest.goto(`/w/${team}/projects`);
  await expect(guest.getByRole("heading", { name: "Projects", level: 1 })).toHaveCount(0);
  await elsewhere.close();
  expect(complaints).toEqual([]);
});

test("who forgot the password sets another by the letter, and every session ends", async ({
  page,
  browser,
}) => {
  const { email } = await signUp(page);
  const elsewhere = await browser.newContext();
  const guest = await elsewhere.newPage();
  await guest.goto("/sign-in");
  await guest.getByRole("link", { name: "Forgot it?" }).click();
  await expect(guest.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
  await guest.getByLabel("E-mail").fill(email);
  await guest.getByRole("button", { name: "Send me the link" }).click();
  await expect(guest.getByRole("heading", { name: "Look into your mail" })).toBeVisible();
  expect(await violations(guest)).toEqual([]);
  await guest.goto(await linkTo(email, "password"));
  await guest.getByLabel("New password", { exact: true }).fill("nine loud herons");
  await guest.getByRole("button", { name: "Set the new password" }).click();
  await expect(guest.getByRole("heading", { name: "Your new password is set" })).toBeVisible();
  expect(await violations(guest)).toEqual([]);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await guest.getByRole("link", { name: "Sign in" }).click();
  await signIn(guest, email, "nine loud herons");
  await elsewhere.close();
});
