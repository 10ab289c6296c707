import { expect, test } from "@playwright/test";
import { call, make, signUp } from "./people";

test("a task moves over the board by keyboard and by pointer, and stays there", async ({ page }) => {
  const { workspaceId } = await signUp(page);
  const projectId = await make(page, "project.create", { name: "Board" });
  const byKey = await make(page, "task.create", { title: "By keyboard", projectId });
  const byPointer = await make(page, "task.create", { title: "By pointer", projectId });
  await page.goto(`/w/${workspaceId}/projects/${projectId}?view=board`);
  const status = async (id: string) =>
    JSON.parse((await call(page, "task.get", { id }, true)).text).result.data.status;

  await page
    .getByRole("button", { name: /By keyboard/ })
    .first()
    .focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect.poll(() => status(byKey)).toBe("in_progress");

  const card = page.getByRole("link", { name: "By pointer" });
  const target = page.getByRole("region", { name: /Done/ });
  const [from, to] = [await card.boundingBox(), await target.boundingBox()];
  if (!from || !to) throw new Error("the board shows no card or column");
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + 60, { steps: 12 });
  await page.mouse.up();
  await expect.poll(() => status(byPointer)).toBe("done");
});
