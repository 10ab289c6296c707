import type { Page } from "@playwright/test";
import axe from "axe-core";

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

/** What axe finds against WCAG 2.2 A and AA. Evaluated by the debugger: the page's own policy stays as it is. */
export async function violations(page: Page): Promise<string[]> {
  // What comes in is half transparent on its way, and would be judged by that. What turns for ever is not waited for.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(Number(effect?.getComputedTiming().endTime)));
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  await page.evaluate(axe.source);
  const found: Violation[] = await page.evaluate(async () => {
    const { axe: there } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    return (await there.run({ runOnly: { type: "tag", values: tags } })).violations;
  });
  return found.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html.slice(0, 160)}`);
}
