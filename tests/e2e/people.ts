import { type BrowserContext, expect, type Page } from "@playwright/test";

export const PASSWORD = "seven quiet otters";

export interface Visitor {
  page: Page;
  context: BrowserContext;
  email: string;
  workspaceId: string;
}

let made = 0;

/** Signs up a new person by the pages, as a person would; ends on their projects. */
export async function signUp(page: Page, name = "Ada Lovelace"): Promise<Visitor> {
  const email = `person-${process.pid}-${Date.now()}-${made++}@example.com`;
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  const workspaceId = /\/w\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
  return { page, context: page.context(), email, workspaceId };
}

export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
}

interface Answer {
  status: number;
  text: string;
}

/** Calls a procedure from within the page, with its cookie, as a script of ours would; in the personal workspace. */
export async function call(
  page: Page,
  path: string,
  input: unknown,
  isQuery = false,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return page.evaluate(
    async ([procedure, body, query, more]) => {
      const text = JSON.stringify(body);
      const response = query
        ? await fetch(`/api/trpc/${procedure}?input=${encodeURIComponent(text)}`, { headers: more })
        : await fetch(`/api/trpc/${procedure}`, {
            method: "POST",
            headers: { "content-type": "application/json", ...more },
            body: text,
          });
      const answer = await response.text();
      return { status: response.status, text: answer.replace(/"requestId":"[^"]*"/, "") };
    },
    [path, input, isQuery, headers] as const,
  );
}

/** Makes a row by the API and answers with its id. */
export async function make(page: Page, path: string, input: unknown): Promise<string> {
  const { status, text } = await call(page, path, input);
  expect(status, text).toBe(200);
  return JSON.parse(text).result.data.id;
}

/** What a page complains about: errors of scripts, and whatever the Content-Security-Policy blocked. */
export function watchComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return complaints;
}
