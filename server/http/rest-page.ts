import { html, type Markup } from "@/server/http/html";
import type { Field } from "@/server/http/rest-input";
import type { ApiDocument, DocumentedOperation } from "@/server/http/rest-openapi";
import { PAGE_SCRIPT, PAGE_STYLE } from "@/server/http/rest-page-assets";

interface Place {
  method: string;
  path: string;
  operation: DocumentedOperation;
}

interface Input {
  name: string;
  place: string;
  isRequired: boolean;
  schema: Field;
}

/** The reference page: the OpenAPI document for people. Whole without a script; the script only searches. */
export function referencePage(document: ApiDocument): string {
  const places = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  );
  const groups = document.tags.map(({ name }) => ({
    name,
    title: titleOf(name),
    places: places.filter(({ operation }) => operation.tags.includes(name)),
  }));
  // No line break between these: the policy of the page names their digests to the byte.
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API reference · Holdfast</title>
<link rel="icon" href="/icon.svg">
<style>${PAGE_STYLE}</style>
</head>
<body>
<a class="skip" href="#operations">Skip to the operations</a>
<header><div>
<h1>Holdfast API</h1>
<search><input id="search" type="search" placeholder="Search ${places.length} operations" aria-label="Search operations" autocomplete="off" spellcheck="false"><kbd aria-hidden="true">/</kbd></search>
<a href="/api/v1/openapi.json">openapi.json</a>
</div></header>
<div class="columns">
<nav aria-label="Resources"><ul>${groups.map(({ name, title, places: own }) => html`<li><a href="#of-${name}">${title}<span aria-hidden="true">${own.length}</span></a></li>`)}</ul></nav>
<main id="operations" tabindex="-1">
${introduction(document.info.description)}
<p id="found" role="status"></p>
${groups.map(({ name, title, places: own }) => html`<section id="of-${name}" aria-labelledby="h-${name}"><h2 id="h-${name}">${title}</h2>${own.map(operationOf)}</section>`)}
</main>
</div>
<script>${PAGE_SCRIPT}</script>
</body>
</html>`;
  return page.text;
}

function introduction(description: string): Markup {
  return html`<div class="intro"><p>${description}</p>
<ul>
<li>Say who you are by <code>authorization: Bearer …</code>, <code>x-api-key</code> or the browser’s session; exactly one of them.</li>
<li>The header <code>x-workspace-id</code> names the workspace; without it, it is your personal one.</li>
<li>A write with an <code>idempotency-key</code> can be sent again: the first answer comes back.</li>
<li>What is not yours and what is not there is the same <b>403</b>. <b>404</b> is for paths that do not exist.</li>
<li>Every refusal is <code>{ error: { code, message, requestId, reason?, issues? } }</code>.</li>
</ul></div>`;
}

function operationOf({ method, path, operation }: Place): Markup {
  const { operationId, summary } = operation;
  const inputs = inputsOf(operation);
  const words = [
    method,
    path,
    operationId,
    summary,
    operation["x-permission"],
    ...inputs.map(({ name }) => name),
  ];
  return html`<details id="${operationId}" data-words="${words.join(" ").toLowerCase()}">
<summary><span class="method ${method.toLowerCase()}">${method}</span><code class="path">${steps(path)}</code><span class="about">${summary}</span></summary>
<div class="body">
<dl>${facts(operation).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<h3>Input</h3>
${inputs.length === 0 ? html`<p>It takes none.</p>` : inputTable(inputs, summary)}
<h3>Example</h3>
<pre tabindex="0" aria-label="Example of ${summary}"><code>${curlOf({ method, path, operation })}</code></pre>
<h3>Answers</h3>
<p class="answers">${Object.entries(operation.responses).map(([status, answer]) => html`<span><b>${status}</b> ${nameOf(answer)}</span>`)}</p>
<p class="link"><a href="#${operationId}">Link to this operation</a></p>
</div>
</details>`;
}

/** A path that may break after each of its steps. */
function steps(path: string): Markup[] {
  return path
    .split("/")
    .slice(1)
    .map((step) => (step.startsWith("{") ? html`/<wbr><i>${step}</i>` : html`/<wbr>${step}`));
}

function facts(operation: DocumentedOperation): [string, string][] {
  const callers = operation["x-callers"];
  return [
    ["Permission", operation["x-permission"] ?? `none: ${operation["x-public-reason"] ?? ""}`],
    ["Callers", callers.length === 0 ? "anybody" : callers.join(", ")],
    ["Budget", operation["x-limit"]],
    ["Audited as", operation["x-audit"] ?? "not: it changes nothing"],
    ["Procedure", operation["x-procedure"] ?? "none: it is about tokens"],
  ];
}

function inputsOf({ parameters = [], requestBody }: DocumentedOperation): Input[] {
  const { properties = {}, required = [] } = requestBody?.content["application/json"].schema ?? {};
  return [
    ...parameters.flatMap(({ name, in: place = "", required: isRequired = false, schema = {} }) =>
      name === undefined ? [] : [{ name, place, isRequired, schema }],
    ),
    ...Object.entries(properties).map(([name, schema]) => ({
      name,
      place: "body",
      isRequired: required.includes(name),
      schema,
    })),
  ];
}

function inputTable(inputs: Input[], summary: string): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Input of ${summary}"><table>
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">Rules</th></tr></thead>
<tbody>${inputs.map(
    ({ name, place, isRequired, schema }) =>
      html`<tr><th scope="row"><code>${name}</code>${isRequired && html` <em>required</em>`}</th><td>${place}</td><td>${typeOf(schema)}</td><td>${rulesOf(schema)}</td></tr>`,
  )}</tbody></table></div>`;
}

function typeOf(field: Field): string {
  if (field.anyOf) return field.anyOf.map(typeOf).join(" or ");
  if (Array.isArray(field.type)) return field.type.join(" or ");
  if (field.type === "array") return `list of ${typeOf(field.items ?? {})}`;
  return field.format ?? field.type ?? "any";
}

function rulesOf(field: Field): string {
  const { anyOf: [inner] = [] } = field;
  const of = { ...inner, ...field };
  const rules = [
    of.description,
    of.enum && `one of ${of.enum.join(", ")}`,
    rangeOf(of),
    of.maxLength !== undefined && `at most ${of.maxLength} characters`,
    of.pattern !== undefined && `of the form ${of.pattern}`,
    of.default !== undefined && `by default ${JSON.stringify(of.default)}`,
  ];
  return rules.filter((rule) => typeof rule === "string").join("; ");
}

/** The largest number that a column holds says nothing to a reader. */
function rangeOf({ minimum, maximum = Infinity }: Field): string | undefined {
  if (minimum === undefined) return undefined;
  return maximum >= 2 ** 31 - 1 ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}

function curlOf({ method, path, operation }: Place): string {
  const { security, requestBody } = operation;
  const example = requestBody?.content["application/json"].example;
  const credential = security.some((one) => "token" in one)
    ? '-H "authorization: Bearer $TOKEN"'
    : '-H "cookie: $COOKIE" -H "origin: $HOLDFAST"';
  const lines = [
    `curl ${method === "GET" ? "" : `-X ${method} `}"$HOLDFAST${path.replace(/\{(\w+)\}/, (_, name) => (name === "id" ? "$ID" : "me"))}"`,
    credential,
    ...(example === undefined
      ? []
      : ['-H "content-type: application/json"', `-d '${JSON.stringify(example)}'`]),
  ];
  return lines.join(" \\\n  ");
}

/** The schema or the refusal that an answer refers to. */
function nameOf(answer: unknown): string {
  const reference = /"\$ref":"#\/components\/(?:responses|schemas)\/(\w+)"/.exec(JSON.stringify(answer));
  return reference?.[1] ?? "";
}

const titleOf = (tag: string) => tag.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
