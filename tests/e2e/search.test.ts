import { expect, type Page, test } from "@playwright/test";
import { violations } from "./axe";
import { make, signUp, watchComplaints } from "./people";

/** What one page of a search of documents looks at. */
const LOOKED_AT = 1000;

/** By batches, as our pages call. */
async function makeDocuments(page: Page, count: number): Promise<void> {
  const statuses = await page.evaluate(async (rest) => {
    const all: number[] = [];
    for (let made = 0; made < rest; made += 20) {
      const input = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index, { title: "Hay" }]));
      const paths = Array.from({ length: 20 }, () => "document.create").join();
      const answer = await fetch(`/api/trpc/${paths}?batch=1`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      });
      all.push(answer.status);
    }
    return all;
  }, count);
  expect([...new Set(statuses)]).toEqual([200]);
}

test("a search goes on to what is older by itself, says so, and says when it can not", async ({ page }) => {
  const complaints = watchComplaints(page);
  const { workspaceId } = await signUp(page);
  await make(page, "document.create", { title: "The oldest needle" });
  await makeDocuments(page, LOOKED_AT);
  const found = page.getByRole("link", { name: /The oldest needle/ });
  await page.goto(`/w/${workspaceId}/documents?q=needle`);
  await expect(found).toBeVisible();
  await page.goto(`/w/${workspaceId}/documents?q=pin`);
  await expect(page.getByText("No document matches")).toBeVisible();
  expect(complaints).toEqual([]);

  let answers: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    answers = resolve;
  });
  await page.route(/document\.list/, async (route) => {
    await held;
    await route.abort();
  });
  await page.goto(`/w/${workspaceId}/documents?q=needle`);
  await expect(page.getByText("Nothing so far")).toBeVisible();
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await violations(page)).toEqual([]);
  }
  answers();
  const again = page.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText("No document matches")).toHaveCount(0);
  await page.unroute(/document\.list/);
  await again.click();
  await expect(found).toBeVisible();
});
