import { createServer } from "node:http";
import { expect, test } from "@playwright/test";
import { call, signUp } from "./people";

const port = process.env.HOLDFAST_E2E_OTHER_PORT;
const elsewhere = createServer((_, response) => {
  response.setHeader("content-type", "text/html");
  response.end("<!doctype html><title>Another site</title>");
});

test.beforeAll(
  () => new Promise<void>((resolve) => elsewhere.listen(Number(port), "127.0.0.1", () => resolve())),
);
test.afterAll(() => new Promise<void>((resolve) => elsewhere.close(() => resolve())));

test("a browser lets a listed origin read answers, another not, and neither with our cookie", async ({
  page,
  baseURL,
}) => {
  await signUp(page);
  const ask = (path: string, init: RequestInit) =>
    page.evaluate(
      async ([url, options]) => {
        try {
          const answer = await fetch(url, options);
          const requestId = answer.headers.get("x-request-id");
          return { status: answer.status, text: await answer.text(), requestId };
        } catch (error) {
          return { refused: String(error) };
        }
      },
      [`${baseURL}${path}`, init] as const,
    );
  const write: RequestInit = {
    method: "POST",
    headers: { "content-type": "application/json", "x-workspace-id": "x", "idempotency-key": "k" },
    body: '{"title":"From elsewhere"}',
  };

  await page.goto(`http://localhost:${port}/`);
  expect(await ask("/api/trpc/me.get", {})).toEqual({
    status: 401,
    text: expect.stringContaining("UNAUTHORIZED"),
    requestId: expect.stringMatching(/.{8}/),
  });
  expect(await ask("/api/trpc/task.create", write)).toMatchObject({ status: 401 });
  expect(await ask("/api/health", {})).toEqual({ refused: expect.stringContaining("Failed to fetch") });
  // The cookie comes along, because all of localhost is one site; the server refuses it, and the browser shows nothing.
  for (const init of [{}, write])
    expect(
      await ask(`/api/trpc/${init === write ? "task.create" : "me.get"}`, {
        ...init,
        credentials: "include",
      }),
    ).toEqual({ refused: expect.stringContaining("Failed to fetch") });
  await page.goto(`http://127.0.0.1:${port}/`);
  for (const init of [{}, write])
    expect(await ask(`/api/trpc/${init === write ? "task.create" : "me.get"}`, init)).toEqual({
      refused: expect.stringContaining("Failed to fetch"),
    });

  await page.goto(`${baseURL}/`);
  const tasks = await call(page, "task.list", {}, true);
  expect([tasks.status, tasks.text]).toEqual([200, expect.stringContaining('"items":[]')]);
});
