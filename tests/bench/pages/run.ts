/** `npm run bench:pages`: what pages cost a browser. See tests/bench/README.md. */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "@playwright/test";
import { ensureBuild } from "@/server/cli/build.mjs";
import { asText, type Loaded, type PagesReport, writePages } from "@/tests/bench/pages/report";
import { type Phone, visit } from "@/tests/bench/pages/visit";
import { cookieOf, JSON_BODY, open, type Site } from "@/tests/bench/peers/holdfast";
import { openBench } from "@/tests/bench/seed";
import { presentChromium } from "@/tests/support/chromium.mjs";

const say = (line: string) => console.error(`bench: ${line}`);
const PHONE: Phone = { cpuSlowdown: 4, latency: 150, down: 1_600_000, up: 750_000 };
const LEAST_VISITS = 5;
const TASKS = 20;

interface Place {
  name: string;
  path: string;
  heading: RegExp;
  signedIn: boolean;
}

async function main(visits: number, write: boolean): Promise<void> {
  const executablePath = await presentChromium();
  if (!executablePath) throw new Error("NOT RUN: no Chromium here; install one, or name it in CHROMIUM_PATH");
  await ensureBuild();
  const bench = await openBench(say, { tasksEach: TASKS });
  try {
    const { site, running } = await open(bench, () => [process.execPath, "server/cli/start.mjs"]);
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const browser = await chromium.launch({
      executablePath,
      args: [...args, "--disable-gpu", "--disable-dev-shm-usage"],
    });
    try {
      const loaded: Loaded[] = [];
      const places = await placesOf(site);
      for (const phone of [null, PHONE])
        for (const place of places) {
          const both = await load(browser, site, place, phone, visits);
          loaded.push(...both);
          say(`${place.name}: done\n${asText(both)}`);
        }
      const report: PagesReport = { loaded, visits, loadAverage: loadavg()[0] ?? 0 };
      console.log(asText(loaded));
      if (write) say(`written: ${writePages(report)}`);
    } finally {
      await browser.close();
      await running.stop();
    }
  } finally {
    await bench.close();
  }
}

/** Each round in a browser profile of its own: first without a cache, then with what the first visit left. */
async function load(
  browser: Browser,
  site: Site,
  place: Place,
  phone: Phone | null,
  visits: number,
): Promise<Loaded[]> {
  const of = (cache: Loaded["cache"]): Loaded => ({
    ...{ page: place.name, cache, machine: phone ? "phone" : "desktop", visits: [] },
  });
  const [cold, warm] = [of("cold"), of("warm")];
  // The first round is for the server, which compiles what it serves for the first time.
  for (let round = 0; round <= visits; round++) {
    const context = await browser.newContext(
      phone ? { viewport: { width: 390, height: 844 }, isMobile: true } : {},
    );
    try {
      if (place.signedIn) await context.addCookies([sessionOf(site)]);
      const url = site.url + place.path;
      const first = await visit(context, url, place.heading, phone);
      const second = await visit(context, url, place.heading, phone);
      if (round === 0) continue;
      cold.visits.push(first);
      warm.visits.push(second);
    } finally {
      await context.close();
    }
  }
  return [cold, warm];
}

function sessionOf({ url, bench }: Site) {
  const [caller] = bench.callers;
  if (!caller) throw new Error("nobody calls");
  const [name = "", value = ""] = cookieOf(bench, caller).cookie?.split("=") ?? [];
  return { name, value, url };
}

/** The pages, with a project of twenty tasks and a document of some paragraphs. */
async function placesOf(site: Site): Promise<Place[]> {
  const paragraph = "What was agreed on Tuesday, in as many words as people use for such things. ".repeat(6);
  const project = await make(site, "project.create", { name: "Spring catalogue" });
  const document = await make(site, "document.create", {
    title: "Minutes",
    body: `${paragraph}\n\n`.repeat(8),
  });
  for (let index = 0; index < TASKS; index++)
    await make(site, "task.create", { title: `Ask supplier ${index} for prices`, projectId: project });
  const me = await call(site, "me.get", undefined);
  const home = `/w/${(me as { personalWorkspaceId: string }).personalWorkspaceId}`;
  return [
    { name: "sign-in", path: "/sign-in", heading: /sign in/i, signedIn: false },
    { name: "home", path: "/", heading: /projects/i, signedIn: true },
    { name: "project", path: `${home}/projects/${project}`, heading: /spring catalogue/i, signedIn: true },
    { name: "document", path: `${home}/documents/${document}`, heading: /minutes/i, signedIn: true },
  ];
}

async function make(site: Site, procedure: string, input: unknown): Promise<string> {
  return ((await call(site, procedure, input)) as { id: string }).id;
}

async function call({ url, bench }: Site, procedure: string, input: unknown): Promise<unknown> {
  const [caller] = bench.callers;
  if (!caller) throw new Error("nobody calls");
  const answer = await fetch(`${url}/api/trpc/${procedure}`, {
    headers: { ...cookieOf(bench, caller), ...JSON_BODY, origin: url },
    ...(input !== undefined && { method: "POST", body: JSON.stringify(input) }),
  });
  const body = (await answer.json()) as { result?: { data: unknown } };
  if (!answer.ok) throw new Error(`${procedure}: ${answer.status} ${JSON.stringify(body)}`);
  return body.result?.data;
}

const { values } = parseArgs({
  options: { visits: { type: "string", default: "5" }, write: { type: "boolean", default: false } },
});

try {
  const visits = Number(values.visits);
  if (!Number.isInteger(visits) || visits < LEAST_VISITS)
    throw new Error(`--visits ${values.visits} is no whole number from ${LEAST_VISITS} on`);
  await main(visits, values.write);
} catch (error) {
  say((error as Error).message);
  process.exit(1);
}
