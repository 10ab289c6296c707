import { expect, test } from "@playwright/test";
import { violations } from "./axe";
import { signUp, watchComplaints } from "./people";

const VIEWS = [
  { name: "wide and light", size: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "narrow and dark", size: { width: 390, height: 844 }, colorScheme: "dark" },
] as const;

for (const { name, size, colorScheme } of VIEWS) {
  test(`a key is made, shown once, used, rotated and revoked, ${name}`, async ({
    page,
    playwright,
    baseURL,
  }) => {
    test.setTimeout(120_000);
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { workspaceId } = await signUp(page);
    const complaints = watchComplaints(page);
    const faults: string[] = [];
    const look = async (where: string) => {
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      faults.push(...(await violations(page)).map((one) => `${where}: ${one}`));
      if (wide > 0) faults.push(`${where}: scrolls ${wide} px sideways`);
      await page.screenshot({ path: test.info().outputPath(`${where}.png`) });
    };
    await page.goto(`/w/${workspaceId}/keys`);
    await expect(page.getByText("No keys yet")).toBeVisible();
    await look("empty");

    await page.getByRole("button", { name: "New key" }).first().click();
    await look("form");
    await page.getByRole("button", { name: "Make key" }).click();
    await expect(page.getByText("Give the key a name.")).toBeVisible();
    await page.getByLabel("Name").fill("Nightly import");
    await page.getByRole("checkbox", { name: "task:read" }).click();
    await page.getByRole("button", { name: "Make key" }).click();
    const shown = page.getByLabel("Key “Nightly import”");
    await expect(shown).toHaveValue(/^hf_[0-9A-Za-z]{49}$/);
    const key = await shown.inputValue();
    await look("shown");
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByText("task:read")).toBeVisible();
    expect(await page.content()).not.toContain(key);

    const program = await playwright.request.newContext({
      ...(baseURL && { baseURL }),
      extraHTTPHeaders: { "x-api-key": key },
    });
    expect((await program.get("/api/v1/tasks")).status()).toBe(200);
    expect((await program.get("/api/v1/projects")).status()).toBe(403);

    await page.getByRole("button", { name: "Rotate Nightly import" }).click();
    await page.getByLabel("The old key ends").selectOption("0");
    await page.getByRole("button", { name: "Make new key" }).click();
    await expect(shown).not.toHaveValue(key);
    await page.getByRole("button", { name: "Done" }).click();
    expect((await program.get("/api/v1/tasks")).status()).toBe(401);
    await expect(page.getByText("Expired")).toBeVisible();

    await page.getByRole("button", { name: "Revoke Nightly import" }).click();
    await page.getByRole("button", { name: "Revoke key" }).click();
    await expect(page.getByText("Revoked", { exact: true })).toBeVisible();

    await page.getByRole("button", { name: "New service account" }).click();
    await page.getByLabel("Name").fill("Log collector");
    await page.getByRole("checkbox", { name: /securityEvent:pull/ }).click();
    await look("account");
    await page.getByRole("button", { name: "Make account" }).click();
    await page.getByRole("button", { name: "New key for Log collector" }).click();
    await page.getByLabel("Name").fill("Collector’s key");
    await page.getByRole("checkbox", { name: "securityEvent:pull" }).click();
    await page.getByRole("button", { name: "Make key" }).click();
    const service = await page.getByLabel("Key “Collector’s key”").inputValue();
    await page.getByRole("button", { name: "Done" }).click();
    await look("full");
    const pulled = await program.get("/api/v1/security-events/pull", { headers: { "x-api-key": service } });
    expect(pulled.status()).toBe(200);
    expect(await pulled.text()).toContain("apiKey.create");

    await page.getByRole("button", { name: "Delete Log collector" }).click();
    await page.getByRole("button", { name: "Delete account" }).click();
    await expect(page.getByText("No service accounts")).toBeVisible();
    const after = await program.get("/api/v1/security-events/pull", { headers: { "x-api-key": service } });
    expect(after.status()).toBe(401);
    await program.dispose();
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
  });
}
