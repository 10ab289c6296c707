import { expect, test } from "@playwright/test";
import { violations } from "./axe";
import { make, signUp, watchComplaints } from "./people";

test("the reference of the API is found by keyboard, and its policy blocks nothing of its own", async ({
  page,
}) => {
  const complaints = watchComplaints(page);
  await page.goto("/api/docs");
  await page.keyboard.press("/");
  await page.keyboard.type("delete task");
  await expect(page.getByRole("status")).toHaveText("1 operation");
  await page.keyboard.press("Enter");
  const operation = page.locator("details[open]");
  await expect(operation).toContainText("task:delete");
  await expect(operation.locator("summary")).toBeFocused();
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await expect(page.locator("details:visible")).not.toHaveCount(1);
  await page.goto("/api/docs#task.move");
  await expect(page.locator("#task\\.move[open]")).toBeInViewport();
  expect(complaints).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the reference meets WCAG AA and fits a phone, ${colorScheme}`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({
      ...(baseURL && { baseURL }),
      colorScheme,
      viewport: { width: 360, height: 740 },
    });
    const page = await context.newPage();
    await page.goto("/api/docs");
    await page.evaluate(() => {
      for (const operation of document.querySelectorAll("details")) operation.open = true;
    });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await context.close();
  });
}

test("a page of ours changes and deletes by REST, and the answer to another's row is 403", async ({
  page,
  browser,
}) => {
  await signUp(page);
  const id = await make(page, "task.create", { title: "By REST" });
  const send = (from: typeof page, method: string, body?: object) =>
    from.evaluate(
      async ([path, verb, sent]) => {
        const answer = await fetch(path, {
          method: verb,
          ...(sent && { body: JSON.stringify(sent), headers: { "content-type": "application/json" } }),
        });
        return { status: answer.status, body: await answer.json() };
      },
      [`/api/v1/tasks/${id}`, method, body] as const,
    );
  expect(await send(page, "PATCH", { title: "Changed" })).toMatchObject({
    status: 200,
    body: { title: "Changed" },
  });
  const stranger = await (await browser.newContext({ baseURL: new URL(page.url()).origin })).newPage();
  await signUp(stranger);
  expect((await send(stranger, "DELETE")).status).toBe(403);
  expect(await send(page, "DELETE")).toEqual({ status: 200, body: { id } });
});
