import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataOf } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";

/** One page of a search looks at so many rows, and no more: the next goes on where it ended. */
let house: House;
let person: Person;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
});
afterAll(() => house.close());

interface Page {
  items: { title?: string; name?: string }[];
  nextCursor: string | null;
}

/** Each page until there is no next one: what was found, by its place from the newest. */
async function pagesOf(path: string, input: Record<string, unknown>): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = dataOf<Page>(await house.call(person, path, { ...input, cursor }));
    pages.push(page.items.map(({ title, name }) => (title ?? name ?? "").replace(/^\w+ /, "")));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

const LISTS = [
  { path: "task.list", table: "task", name: "title", text: "description", searched: 10_000 },
  { path: "project.list", table: "project", name: "name", text: "description", searched: 10_000 },
  { path: "document.list", table: "document", name: "title", text: "body", searched: 1_000 },
];

describe.each(LISTS)("a search by $path", ({ path, table, name, text, searched }) => {
  const rows = 2.5 * searched;
  /** Places from the newest: beside each end of a page, the last row among them. */
  const places = [1, searched - 1, searched, searched + 1, 2 * searched, rows - 1, rows];
  beforeAll(async () => {
    const { admin } = house;
    await admin`
      insert into ${admin(table)} (id, workspace_id, owner_id, ${admin(name)}, ${admin(text)})
      select uuidv7(), ${person.workspaceId}, ${person.userId}, 'Row ' || ${rows}::int - n + 1,
        case when ${rows}::int - n + 1 = any(${places}::int[]) then 'the needle' else 'hay' end
      from generate_series(1, ${rows}) n`;
  });

  it("looks at so many rows for a page, and goes on behind them", async () => {
    const [first, second, third] = [places.slice(0, 3), places.slice(3, 5), places.slice(5)].map((page) =>
      page.map(String),
    );
    expect(await pagesOf(path, { search: "NEEDLE" })).toEqual([first, second, third]);
  });

  it.each([1, 2, 3])("finds each once, where pages hold %i", async (limit) => {
    const pages = await pagesOf(path, { search: "needle", limit });
    expect(pages.flat()).toEqual(places.map(String));
    expect(Math.max(...pages.map(({ length }) => length))).toBe(limit);
  });

  it("ends, where nothing is found", async () => {
    expect(await pagesOf(path, { search: "needles" })).toEqual([[], [], []]);
  });

  it("has a page at once, where much is found", async () => {
    const page = dataOf<Page>(await house.call(person, path, { search: "hay", limit: 2 }));
    expect(page.items.map((item) => item.title ?? item.name)).toEqual(["Row 2", "Row 3"]);
    expect(page.nextCursor).not.toBeNull();
  });

  it("answers rows as the list does", async () => {
    const [found] = dataOf<Page>(await house.call(person, path, { search: "needle", limit: 1 })).items;
    expect(found).toEqual(dataOf<Page>(await house.call(person, path, { limit: 1 })).items[0]);
  });
});

it("looks at what the filters leave, and counts nothing else", async () => {
  await house.admin`
    update task set status = 'done'
    where workspace_id = ${person.workspaceId} and description = 'the needle'`;
  const pages = await pagesOf("task.list", { search: "needle", status: "done" });
  expect(pages).toEqual([["1", "9999", "10000", "10001", "20000", "24999", "25000"]]);
});
