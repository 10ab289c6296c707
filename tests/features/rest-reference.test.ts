import { createHash } from "node:crypto";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { html } from "@/server/http/html";
import { OPERATIONS } from "@/server/http/rest";
import type { ApiDocument, DocumentedOperation } from "@/server/http/rest-openapi";
import { handleReference } from "@/server/http/rest-reference";
import { appRouter } from "@/server/router";
import { addRows, CASES } from "@/tests/isolation/inputs";
import { type House, openHouse } from "@/tests/support/house";
import { freshAddress, limitsOf, statuses } from "@/tests/support/limits";
import { callRest, operationOf, requestFor } from "@/tests/support/rest";

let house: House;
let document: ApiDocument;
let page: Response;
let text: string;

const read = (path: string, at = house, init: RequestInit = {}) =>
  handleReference(at.runtime, new Request(new URL(path, at.runtime.env.baseUrl), init));

beforeAll(async () => {
  house = await openHouse();
  document = (await (await read("/api/v1/openapi.json")).json()) as ApiDocument;
  page = await read("/api/docs");
  text = await page.text();
});
afterAll(() => house.close());

const documented = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
/** Those that are procedures; the others are the routes for tokens. */
const ofProcedures = () =>
  documented().flatMap((one) => {
    const procedure = one.operation["x-procedure"];
    return procedure === null ? [] : [{ ...one, procedure }];
  });
type Declared = Record<string, { _def: { inputs: z.ZodType[]; meta: { policy: Record<string, unknown> } } }>;
const declared = appRouter._def.procedures as unknown as Declared;

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1, and the validator can say no", async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document) as never)).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    const broken = {
      ...structuredClone(document),
      paths: { "/x": { get: { parameters: [{ in: "nowhere" }] } } },
    };
    expect((await new Validator().validate(broken as never)).valid).toBe(false);
  });

  it("refers to nothing that is not there, and leaves nothing behind that nobody refers to", () => {
    const written = JSON.stringify(document);
    const named = new Set([...written.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, name]) => name));
    const there = Object.entries(document.components).flatMap(([kind, parts]) =>
      Object.keys(parts).map((name) => `${kind}/${name}`),
    );
    expect([...named].filter((name) => !there.includes(name ?? ""))).toEqual([]);
    const loose = there.filter((name) => !named.has(name) && !name.startsWith("securitySchemes/"));
    expect(loose).toEqual([]);
  });

  it("has every operation, with what its procedure declares", () => {
    expect(
      ofProcedures()
        .map(({ operation }) => operation.operationId)
        .sort(),
    ).toEqual(OPERATIONS.map(({ id }) => id).sort());
    for (const { operation, procedure } of ofProcedures()) {
      const policy = declared[procedure]?._def.meta.policy ?? {};
      expect([
        operation["x-permission"],
        operation["x-limit"],
        operation["x-audit"] ?? undefined,
        operation["x-callers"],
      ]).toEqual([policy.permission, policy.limit, policy.audit, policy.callers]);
      expect(operation.security.length).toBeGreaterThan(0);
    }
  });

  it("has the routes for tokens, with what their table declares", () => {
    const ofTokens = documented().filter(({ operation }) => operation["x-procedure"] === null);
    expect(
      ofTokens.map(({ method, path, operation }) => [
        method,
        path,
        operation["x-limit"],
        Object.keys(operation.requestBody?.content["application/json"].schema.properties ?? {}),
      ]),
    ).toEqual([
      ["POST", "/api/v1/auth/token", "auth", ["email", "password", "code"]],
      ["POST", "/api/v1/auth/refresh", "write", ["refreshToken"]],
      ["POST", "/api/v1/auth/revoke", "write", ["refreshToken"]],
    ]);
  });

  it("gives examples that the procedures take", () => {
    const id = "019a0000-0000-7000-8000-000000000000";
    let count = 0;
    for (const { path, operation, procedure } of ofProcedures()) {
      const example = operation.requestBody?.content["application/json"].example;
      if (example === undefined) continue;
      count++;
      const input = { ...(path.includes("{id}") && { id }), ...(example as object) };
      const parsed = declared[procedure]?._def.inputs[0]?.safeParse(input);
      expect([operation.operationId, parsed?.error?.issues]).toEqual([operation.operationId, undefined]);
    }
    expect(count).toBeGreaterThan(10);
  });

  it("names the fields of each answer as it comes", async () => {
    for (const { operation, procedure } of ofProcedures()) {
      // Rows of its own: what one operation changes, the next one does not meet.
      const person = await house.person({ role: "admin" });
      const { id } = await person.in().workspace.create({ name: "Documented" });
      const rows = await addRows(house, person, id, "documented");
      const input = CASES[procedure]?.input(rows) ?? {};
      if (operation.operationId !== procedure || /claim|delete|pull|accept|decline/.test(procedure)) continue;
      const { path, ...sent } = requestFor(operationOf(procedure), input);
      const answer = await callRest(house, person, path, { ...sent, headers: { "x-workspace-id": id } });
      expect(Object.keys(operation.responses)[0]).toBe(String(answer.status));
      expect([procedure, Object.keys(answer.body as object)]).toEqual([procedure, fieldsOf(operation)]);
    }
  });

  function fieldsOf(operation: DocumentedOperation): string[] {
    const [good] = Object.values(operation.responses) as {
      content: { "application/json": { schema: { $ref: string } } };
    }[];
    const name = good?.content["application/json"].schema.$ref.split("/").at(-1) ?? "";
    const schema = document.components.schemas?.[name] as { properties: Record<string, unknown> };
    return Object.keys(schema.properties);
  }
});

describe("the reference page", () => {
  it("has every operation with its path, permission, budget and inputs", () => {
    for (const { path, method, operation } of documented()) {
      const own =
        new RegExp(`<details id="${operation.operationId}".*?</details>`, "s").exec(text)?.[0] ?? "";
      const words = own.replace(/<[^>]*>/g, "");
      const permission = operation["x-permission"] ?? "none";
      for (const word of [method, path, permission, operation["x-limit"], operation.summary])
        expect(words).toContain(word);
      for (const { name } of operation.parameters ?? [])
        if (name) expect(own).toContain(`<code>${name}</code>`);
    }
  });

  it("may run its own script and style only, whose digests its policy names", () => {
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    for (const [, kind, inside = ""] of text.matchAll(/<(script|style)>(.*?)<\/\1>/gs)) {
      const digest = createHash("sha256").update(inside).digest("base64");
      expect(policy).toContain(`${kind}-src 'sha256-${digest}'`);
    }
    expect([...text.matchAll(/<(?:script|style|link|img|iframe)\b[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<link rel="icon" href="/icon.svg">',
      "<style>",
      "<script>",
    ]);
    const markup = text.replace(/<(script|style)>.*?<\/\1>/gs, "");
    expect(/ on\w+=| style=|javascript:/.exec(markup)).toBeNull();
  });

  it("escapes whatever is put into it", () => {
    const words = `<script>"'&`;
    expect(html`<p title="${words}">${[words, html`<b>${words}</b>`]}${null}${false}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;<b>&lt;script&gt;&quot;&#39;&amp;</b></p>',
    );
  });
});

describe("both", () => {
  it.each(["/api/docs", "/api/v1/openapi.json"])("%s is read by anybody, and only read", async (path) => {
    expect((await read(path)).status).toBe(200);
    const head = await read(path, house, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    for (const method of ["POST", "DELETE"]) {
      const answer = await read(path, house, { method });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
    expect((await read(`${path}/x`)).status).toBe(404);
  });

  it("spend the budget of the network that asks", async () => {
    const small = await openHouse({ limits: limitsOf("read=2") });
    const headers = freshAddress();
    expect(await statuses(3, () => read("/api/docs", small, { headers }))).toEqual([200, 200, 429]);
    const refused = await read("/api/v1/openapi.json", small, { headers });
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect((await read("/api/docs", small, { headers: freshAddress() })).status).toBe(200);
    await small.close();
  });
});
