import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, type Page, type TestInfo, test } from "@playwright/test";
import { attackPage } from "@/server/cli/attack/page";
import { sampleReport } from "@/tests/support/attack-report";
import { violations } from "./axe";
import { watchComplaints } from "./people";

const FAULTS = 17;

/** Opens a page as large as a real one from a file, as whoever runs the battery would. */
async function open(page: Page, info: TestInfo, faults = FAULTS): Promise<string[]> {
  const file = info.outputPath("attack.html");
  writeFileSync(file, attackPage(sampleReport({ faults })));
  const complaints = watchComplaints(page);
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByRole("grid")).toHaveCount(2);
  return complaints;
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));

for (const { name, width, colorScheme } of [
  { name: "wide and light", width: 1440, colorScheme: "light" },
  { name: "wide and dark", width: 1440, colorScheme: "dark" },
  { name: "a phone", width: 390, colorScheme: "light" },
] as const)
  test(`the attack page is accessible and fits, ${name}`, async ({ page }, info) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const complaints = await open(page, info);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
    expect(await violations(page)).toEqual([]);

    await page
      .getByRole("button", { name: /^See the evidence/ })
      .first()
      .click();
    const panel = page.getByRole("dialog");
    await expect(panel.getByText("Expected")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    const box = await panel.boundingBox();
    expect(box?.width).toBe(Math.min(width, 704));
    expect(complaints).toEqual([]);
  });

test("the attack page is read by keyboard", async ({ page }, info) => {
  await open(page, info);
  const grid = page.getByRole("grid", { name: "Who gets in" });
  await expect(grid.locator("[tabindex='0']")).toHaveCount(1);
  await page.getByRole("button", { name: "API8", exact: true }).focus();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toMatch(/^document\.create, nobody: held, answered 401/);
  for (const [key, cell] of [
    ["ArrowRight", "document.create, viewer"],
    ["ArrowDown", "document.delete, viewer"],
    ["End", "document.delete, service account"],
    ["ArrowRight", "document.delete, service account"],
    ["Home", "document.delete, nobody"],
    ["Control+End", "POST /api/auth/sign-in/email, service account"],
    ["Control+Home", "document.create, nobody"],
    ["ArrowUp", "document.create, nobody"],
    ["ArrowDown", "document.delete, nobody"],
  ] as const) {
    await page.keyboard.press(key);
    expect(await focused(page), key).toContain(`${cell}: `);
  }
  await expect(grid.locator("[tabindex='0']")).toHaveCount(1);

  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: /document\.delete/ });
  await expect(panel).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  expect(await focused(page)).toContain("document.delete, nobody: ");
  // One stop for the whole grid: the next one is the other matrix.
  await page.keyboard.press("Tab");
  expect(await focused(page)).toContain("document.create, No token: ");
});

test("a focused cell is never under the headings", async ({ page }, info) => {
  await open(page, info);
  const grid = page.getByRole("grid", { name: "What was tried" });
  await grid.getByRole("button").first().focus();
  for (const key of ["Control+End", "Control+Home", "Control+End", "PageUp", "PageUp", "PageUp", "PageUp"])
    await page.keyboard.press(key);
  for (let step = 0; step < 50; step += 1) await page.keyboard.press("ArrowLeft");
  const isOnTop = await page.evaluate(() => {
    const { x, y, width, height } = (document.activeElement as Element).getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === document.activeElement;
  });
  expect(isOnTop).toBe(true);
});

test("the attack page narrows to what is asked for", async ({ page }, info) => {
  await open(page, info);
  const rows = page.getByRole("grid", { name: "What was tried" }).locator("th[scope=row]");
  const search = page.getByRole("searchbox", { name: "Procedure" });
  await search.fill("TASK.m");
  await expect(rows).toHaveText(["task.move"]);
  await expect(page.getByRole("status")).toHaveText("1 of 35 ways in");
  await search.fill("");

  const titles = page.getByRole("columnheader");
  await page.getByRole("button", { name: "API2", exact: true }).click();
  await expect(titles.filter({ hasText: "Expired token" })).toHaveCount(1);
  await expect(titles.filter({ hasText: "Foreign id" })).toHaveCount(0);
  await page.getByRole("button", { name: "API2", exact: true }).click();
  await expect(titles.filter({ hasText: "Foreign id" })).toHaveCount(1);

  await page.getByRole("button", { name: "Only broken" }).click();
  const cells = page.getByRole("gridcell").getByRole("button", { name: /: broken/ });
  await expect(cells).toHaveCount(FAULTS);
  await expect(page.locator("tbody tr:not(.noun):not(:has(.broken))")).toHaveCount(0);
  await search.fill("nothing of the kind");
  await expect(page.getByText("Nothing is broken here.")).toHaveCount(2);
});

test("what attackers sent is text, and their scripts would not run", async ({ page }, info) => {
  const complaints = await open(page, info);
  await page
    .getByRole("grid", { name: "What was tried" })
    .getByRole("button", { name: /: broken/ })
    .first()
    .click();
  const panel = page.getByRole("dialog");
  await expect(panel.locator("pre").first()).toContainText("</script><img src=x onerror=alert(1)>");
  await expect(panel.locator("pre").first()).toContainText("\\u202etxt.exe");
  await expect(page.locator("img, iframe, object, embed")).toHaveCount(0);
  expect(complaints).toEqual([]);

  const ran = await page.evaluate(() => {
    const sinks = [
      () => {
        const script = document.createElement("script");
        script.append("window.ran = true");
        document.head.append(script);
      },
      () => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = true'>"),
    ];
    for (const sink of sinks) {
      try {
        sink();
      } catch {
        // Refused by the policy, as it must be.
      }
    }
    return new Promise((resolve) => setTimeout(() => resolve("ran" in window), 200));
  });
  expect(ran).toBe(false);
});

test("the findings are all there on demand, and on paper", async ({ page }, info) => {
  await open(page, info);
  const findings = page.getByRole("region", { name: "What must be mended" }).getByRole("listitem");
  await expect(findings).toHaveCount(6);
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await expect(findings).toHaveCount(FAULTS);
  await page.reload();
  await page.getByRole("button", { name: "Show 11 more" }).click();
  await expect(findings).toHaveCount(FAULTS);
  await expect(findings.nth(6).getByRole("button")).toBeFocused();
});

test("a run without findings says so, and one in which nothing was tried does not", async ({
  page,
}, info) => {
  const clean = sampleReport({ faults: 0 });
  await open(page, info, 0);
  const verdict = page.getByRole("heading", { level: 1 });
  await expect(verdict).toContainText(`${clean.requests.toLocaleString("en")} requests, 0 findings`);
  const file = info.outputPath("empty.html");
  writeFileSync(file, attackPage({ ...clean, requests: 0, cells: [] }));
  await page.goto(pathToFileURL(file).href);
  await expect(verdict).toHaveText(/Nothing was tried/);
});
