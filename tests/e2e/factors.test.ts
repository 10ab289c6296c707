import { base32 } from "@better-auth/utils/base32";
import { createOTP } from "@better-auth/utils/otp";
import { type CDPSession, expect, type Page, test } from "@playwright/test";
import { violations } from "./axe";
import { PASSWORD, signUp, watchComplaints } from "./people";

/** The code of now, or of so many steps away. Waits out the end of a step: it would be another's when it is used. */
async function codeOf(secret: string, steps = 0): Promise<string> {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 3_000) await new Promise((resolve) => setTimeout(resolve, left));
  const plain = new TextDecoder().decode(base32.decode(secret.replaceAll(" ", "")));
  return createOTP(plain).hotp(Math.floor(Date.now() / 30_000) + steps);
}

/** Sets an authenticator app by the pages; with the code before this one, so that this is unused. */
async function setApp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.goto("/account/security");
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog", { name: "Set up an authenticator app" });
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  const secret = (await dialog.locator("code").textContent()) ?? "";
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("textbox", { name: "Code" }).fill(await codeOf(secret, -1));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  const kept = page.getByRole("dialog", { name: "Keep your recovery codes" });
  await expect(kept.getByRole("listitem")).toHaveCount(10);
  const codes = await kept.getByRole("listitem").allTextContents();
  expect(await violations(page)).toEqual([]);
  await kept.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 of 10 left")).toBeVisible();
  return { secret, codes };
}

async function firstStep(page: Page, email: string): Promise<void> {
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Second step" })).toBeVisible();
}

const inside = (page: Page) =>
  expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();

/** A device with a passkey store and a finger on its sensor. */
async function withAuthenticator(page: Page): Promise<CDPSession> {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  await client.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return client;
}

async function addPasskey(page: Page): Promise<void> {
  await page.goto("/account/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name").fill("This laptop");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("list", { name: "Your passkeys" })).toContainText("This laptop");
}

test("an authenticator app is set, and its code asked for after the password", async ({ page }) => {
  const complaints = watchComplaints(page);
  const { email } = await signUp(page);
  const { secret } = await setApp(page);
  await firstStep(page, email);
  expect(await violations(page)).toEqual([]);
  // Nothing else can be reached from here.
  expect(await page.evaluate(async () => (await fetch("/api/trpc/me.get")).status)).toBe(401);
  expect(complaints.splice(0).filter((complaint) => !complaint.includes("401"))).toEqual([]);
  await page.getByLabel("Code of your authenticator app").fill("12345");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText("Enter the six digits.")).toBeVisible();
  await page.getByLabel("Code of your authenticator app").fill(await codeOf(secret));
  await page.keyboard.press("Enter");
  await inside(page);
  expect(complaints).toEqual([]);
});

test("a recovery code signs in, once", async ({ page }) => {
  const { email } = await signUp(page);
  const { codes } = await setApp(page);
  const use = async () => {
    await firstStep(page, email);
    const field = page.getByLabel("Recovery code");
    // The page is there before its script: on a busy machine a click may find the button and nobody behind it.
    await expect(async () => {
      if (!(await field.isVisible())) await page.getByRole("button", { name: "Use a recovery code" }).click();
      await expect(field).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
    await field.fill(codes[0] ?? "");
    await page.getByRole("button", { name: "Go on" }).click();
  };
  await use();
  await inside(page);
  await use();
  await expect(page.getByText("This code is not right, or was used before.")).toBeVisible();
});

test("a passkey signs in by itself, and follows a password", async ({ page }) => {
  const complaints = watchComplaints(page);
  await withAuthenticator(page);
  const { email } = await signUp(page);
  await addPasskey(page);
  await expect(page.getByText("You have none: make some now.")).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await page.context().clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await inside(page);

  await firstStep(page, email);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await inside(page);

  await page.goto("/account/security");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("list", { name: "Your passkeys" })).toHaveCount(0);
  expect(complaints).toEqual([]);
});

/** The server answers as if ten minutes had gone by, until the person has proven to be there. */
async function letProofAge(page: Page): Promise<void> {
  let isStale = true;
  await page.route("**/api/auth/step-up/*", async (route) => {
    const response = await route.fetch();
    if (response.ok()) isStale = false;
    await route.fulfill({ response });
  });
  const refusal = { code: "STEP_UP_REQUIRED", message: "Prove that it is you to go on.", requestId: "r" };
  await page.route("**/api/auth/two-factor/recovery-codes", async (route) => {
    if (isStale) await route.fulfill({ status: 403, json: { error: refusal } });
    else await route.continue();
  });
  await page.route("**/api/trpc/workspace.delete**", async (route) => {
    const data = { code: "STEP_UP_REQUIRED", httpStatus: 403, requestId: "r" };
    const error = { code: -32_003, message: refusal.message, data };
    if (isStale) await route.fulfill({ status: 403, json: [{ error }] });
    else await route.continue();
  });
}

test("what is sensitive asks who is there, and then goes on", async ({ page }) => {
  await withAuthenticator(page);
  await signUp(page);
  const { secret } = await setApp(page);
  await addPasskey(page);
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  const codes = page.getByRole("dialog", { name: "Keep your recovery codes" });
  const ask = async () => {
    await page.unrouteAll();
    await letProofAge(page);
    await page.goto("/account/security");
    await page.getByRole("button", { name: "Make new ones" }).click();
    await expect(dialog).toBeVisible();
  };

  await ask();
  await expect(dialog.getByRole("button", { name: "Use a passkey" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel("Password", { exact: true }).fill("not this one");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("That was not right. Try again.")).toBeVisible();
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(codes.getByRole("listitem")).toHaveCount(10);

  await ask();
  await dialog.getByRole("button", { name: "Use a code instead" }).click();
  await dialog.getByLabel("Code of your authenticator app").fill(await codeOf(secret));
  await page.keyboard.press("Enter");
  await expect(codes.getByRole("listitem")).toHaveCount(10);

  await ask();
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await expect(codes.getByRole("listitem")).toHaveCount(10);

  await ask();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(codes).toBeHidden();
});

test("a call of a procedure is made again after the proof", async ({ page }) => {
  await signUp(page);
  await letProofAge(page);
  await page
    .getByRole("button", { name: /Personal/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: /New workspace/ }).click();
  await page.getByLabel("Name").fill("To go");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Create/ })
    .click();
  await expect(page.getByRole("button", { name: /To go/ }).first()).toBeVisible();
  await page.getByRole("button", { name: /To go/ }).first().click();
  await page.getByRole("menuitem", { name: /Delete/ }).click();
  await page.getByLabel("Type the name of the workspace to confirm").fill("To go");
  await page.getByRole("button", { name: "Delete workspace" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /Personal/ }).first()).toBeVisible();
  await expect(page.getByText("To go")).toHaveCount(0);
});
