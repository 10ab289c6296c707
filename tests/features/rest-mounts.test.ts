import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as readPage } from "@/app/api/docs/route";
import { DELETE, GET, HEAD, PATCH, POST } from "@/app/api/v1/[[...path]]/route";
import { GET as readDocument } from "@/app/api/v1/openapi.json/route";
import { shareRuntime } from "@/server/runtime";
import { type House, openHouse, type Person } from "@/tests/support/house";

let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  shareRuntime(house.runtime);
  person = await house.person();
});
afterAll(() => house.close());

const METHODS = { GET, HEAD, PATCH, POST, DELETE };
const JSON_TYPE = { "content-type": "application/json" };

/** As Next calls a route, with no gate in front. */
const send = (
  method: keyof typeof METHODS,
  path: string,
  { headers = {}, ...init }: { headers?: Record<string, string>; body?: string } = {},
) =>
  METHODS[method](
    new Request(new URL(path, house.runtime.env.baseUrl), {
      ...init,
      method,
      headers: { cookie: person.cookie, ...headers },
    }),
  );

describe("REST as Next mounts it", () => {
  it("does each method's work", async () => {
    const made = await send("POST", "/api/v1/tasks", { headers: JSON_TYPE, body: '{"title":"Made"}' });
    expect(made.status).toBe(201);
    const path = made.headers.get("location") ?? "";
    expect((await send("GET", path)).status).toBe(200);
    expect((await send("HEAD", path)).status).toBe(200);
    const changed = await send("PATCH", path, { headers: JSON_TYPE, body: '{"title":"Changed"}' });
    expect(await changed.json()).toMatchObject({ title: "Changed" });
    expect((await send("DELETE", path)).status).toBe(200);
  });

  it("looks by itself at origin, type, size and depth", async () => {
    const { id } = await person.in().task.create({ title: "Stays" });
    const path = `/api/v1/tasks/${id}`;
    const deep = `{"title":${"[".repeat(40)}${"]".repeat(40)}}`;
    const large = JSON.stringify({ title: "x", description: "y".repeat(1024 * 1024) });
    const answers = await Promise.all([
      send("DELETE", path, { headers: { origin: "https://elsewhere.example" } }),
      send("PATCH", path, {
        headers: { ...JSON_TYPE, "sec-fetch-site": "cross-site" },
        body: '{"title":"x"}',
      }),
      send("PATCH", path, { headers: { "content-type": "text/plain" }, body: '{"title":"x"}' }),
      send("PATCH", path, { headers: JSON_TYPE, body: large }),
      send("PATCH", path, { headers: JSON_TYPE, body: deep }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 415, 413, 400]);
    expect((await person.in().task.get({ id })).title).toBe("Stays");
  });

  it("has the documents", async () => {
    const at = (path: string) => new Request(new URL(path, house.runtime.env.baseUrl));
    const page = await readPage(at("/api/docs"));
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'sha256-/);
    const document = await readDocument(at("/api/v1/openapi.json"));
    expect(await document.json()).toMatchObject({ openapi: "3.1.0" });
  });
});
