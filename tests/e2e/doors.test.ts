import { expect, test } from "@playwright/test";
import { make, signUp, watchComplaints } from "./people";

test("sign-up works at localhost and at 127.0.0.1 alike", async ({ browser, baseURL }) => {
  for (const host of ["localhost", "127.0.0.1"]) {
    const url = new URL(baseURL ?? "");
    url.hostname = host;
    const context = await browser.newContext({ baseURL: url.origin });
    await signUp(await context.newPage());
    await context.close();
  }
});

test("pages carry a strict policy with a nonce of their own, and the other guards", async ({ request }) => {
  const [one, two] = [await request.get("/sign-in"), await request.get("/sign-in")];
  const policy = one.headers()["content-security-policy"] ?? "";
  expect(policy).not.toBe(two.headers()["content-security-policy"]);
  const scripts = policy.split(";").find((part) => part.trim().startsWith("script-src "));
  expect(scripts).toMatch(/'nonce-[A-Za-z0-9+/=]{16,}'/);
  expect(scripts).not.toMatch(/unsafe/);
  expect(policy).toMatch(/frame-ancestors 'none'/);
  expect(policy).toMatch(/object-src 'none'/);
  expect(policy).toMatch(/base-uri 'none'/);
  expect(one.headers()).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
  });
  expect(one.headers()["x-powered-by"]).toBeUndefined();
});

test("nothing is posted to a page", async ({ request }) => {
  for (const path of ["/", "/sign-in", "/account"]) {
    const answer = await request.post(path, { data: "[]", headers: { "next-action": "0".repeat(42) } });
    expect(answer.status()).toBe(405);
  }
});

test("what people write is shown as they wrote it, and never runs", async ({ page }) => {
  const { workspaceId } = await signUp(page, `<img src=x onerror="alert('name')">`);
  const complaints = watchComplaints(page);
  const payload = `<script>alert(1)</script><img src=x onerror=alert(2)> [click](javascript:alert(3)) O'Brien <3`;
  const project = await make(page, "project.create", { name: payload.slice(0, 110), description: payload });
  const task = await make(page, "task.create", { title: payload, description: payload, projectId: project });
  const document = await make(page, "document.create", { title: payload, body: payload });
  const home = `/w/${workspaceId}`;
  for (const path of [
    "",
    `/projects/${project}`,
    `/projects/${project}?view=board`,
    `/tasks/${task}`,
    `/documents/${document}`,
  ]) {
    await page.goto(home + path);
    await expect(page.getByText(/<script>|O'Brien/).first()).toBeVisible();
    for (const link of await page.getByRole("link", { name: "click" }).all()) await link.click();
  }
  await page.goto("/account");
  await expect(page.getByLabel("Name")).toHaveValue(/<img/);
  expect(complaints).toEqual([]);
});
