import { expect, test } from "@playwright/test";
import { type IdentityProvider, startIdentityProvider } from "../support/identity-provider";
import { violations } from "./axe";
import { watchComplaints } from "./people";

/** Cookies and the provider's way back are of the product's own address. */
const base = `http://127.0.0.1:${process.env.HOLDFAST_E2E_PORT}`;
test.use({ baseURL: base });
test.describe.configure({ mode: "serial" });

let idp: IdentityProvider;
test.beforeAll(async () => {
  idp = await startIdentityProvider({ baseUrl: base, port: Number(process.env.HOLDFAST_E2E_OIDC_PORT) });
});
test.afterAll(() => idp.close());

test("a person signs in with the provider, past our policy, and comes to the page they wanted", async ({
  page,
}) => {
  const complaints = watchComplaints(page);
  idp.who = `ada-${Date.now()}`;
  idp.people.set(idp.who, { email: `${idp.who}@example.com`, email_verified: true, name: "Ada Lovelace" });
  await page.goto("/account/sessions");
  await expect(page.getByRole("button", { name: "Continue with Acme" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Continue with Acme" }).click();
  await expect(page.getByText("This device", { exact: true })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/account/sessions");
  // Connected already: the same account once more is no other.
  await page.goto("/account");
  await page.getByRole("button", { name: "Connect Acme" }).click();
  await expect(page.getByText("Your account at Acme is connected.")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("whose address is taken is told what to do, in our words", async ({ page, request }) => {
  const email = `taken-${Date.now()}@example.com`;
  const made = await request.post("/api/auth/sign-up/email", {
    data: { name: "Somebody", email, password: "seven quiet otters" },
    headers: { origin: base },
  });
  expect(made.status()).toBe(200);
  idp.who = `taken-${Date.now()}`;
  idp.people.set(idp.who, { email, email_verified: true });
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with Acme" }).click();
  await expect(page.getByText("OIDC_NOT_LINKED")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("link", { name: "Back to sign in" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
