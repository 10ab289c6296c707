import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRows, CASES, type Rows } from "@/tests/isolation/inputs";
import { dataOf, expectRefusedInput, titlesOf } from "@/tests/support/answers";
import { type House, openHouse, type Person } from "@/tests/support/house";
import {
  CORPUS,
  controlsRefused,
  SEARCH_FIELDS,
  TEXT_FIELDS,
  type TextField,
} from "@/tests/support/text-fields";

let house: House;
let person: Person;
let rows: Rows;
beforeAll(async () => {
  house = await openHouse();
  person = await house.person();
  const { id } = await person.in().workspace.create({ name: "Words" });
  rows = await addRows(house, person, id, "words");
});
afterAll(() => house.close());

const write = ({ path, field }: TextField, text: unknown) =>
  house.call(
    person,
    path,
    { ...CASES[path]?.input(rows), [field]: text },
    { "x-workspace-id": rows.workspace },
  );

async function kept({ table = "", field }: TextField, id: string): Promise<string | undefined> {
  const column = house.admin(field);
  const [row] = await house.admin<
    { text: string }[]
  >`select ${column} as text from ${house.admin(table)} where id = ${id}`;
  return row?.text;
}

async function isRefused(field: TextField, text: unknown): Promise<void> {
  expectRefusedInput(await write(field, text), text, field.field);
}

describe.each(TEXT_FIELDS)("$path $field", (field) => {
  const corpus = CORPUS.filter(({ lines }) => !lines || field.kind === "lines");

  it.each(corpus)("keeps $name", async ({ text, stored = text }) => {
    const data = dataOf(await write(field, text));
    expect(data[field.field]).toBe(stored);
    expect(await kept(field, data.id ?? "")).toBe(stored);
  });

  it("takes text as long as allowed, in code points, and no longer", async () => {
    for (const letter of ["x", "é", "😀"]) {
      const text = letter.repeat(field.max);
      expect(dataOf(await write(field, text))[field.field]).toBe(text);
      await isRefused(field, letter.repeat(field.max + 1));
    }
  });

  it("refuses what NFC makes longer than allowed", async () => {
    expect("\u0958".normalize("NFC")).toHaveLength(2);
    await isRefused(field, "\u0958".repeat(field.max));
  });
});

describe.each([...TEXT_FIELDS, ...SEARCH_FIELDS])("$path $field", (field) => {
  it("refuses every control character", async () => {
    for (const character of controlsRefused(field.kind)) await isRefused(field, `a${character}b`);
  });

  it("refuses lone surrogates, and text that is none", async () => {
    for (const text of ["\ud800", "a\udc00b", "\udc00\ud800", 5, true, {}, ["a"], { toString: "a" }]) {
      await isRefused(field, text);
    }
  });

  it("refuses blank text where it must say something", async () => {
    for (const blank of ["", " ", " \u00a0\u3000 ", "\ufeff"]) {
      if (field.kind === "line") await isRefused(field, blank);
      else expect((await write(field, blank)).status).toBe(200);
    }
  });
});

describe.each(SEARCH_FIELDS)("$path", (field) => {
  const made = field.path.replace("list", "create");
  const title = made === "project.create" ? "name" : "title";
  const body = made === "document.create" ? "body" : "description";

  it.each(CORPUS)("finds $name", async ({ text, stored = text, lines }) => {
    const { id: workspaceId } = await person.in().workspace.create({ name: "Search" });
    const headers = { "x-workspace-id": workspaceId };
    const words = lines ? "second" : text;
    for (const input of [
      { [title]: `x${words}y` },
      { [title]: "by its body", [body]: `x${words}y` },
      { [title]: "x" },
    ]) {
      expect((await house.call(person, made, input, headers)).status).toBe(200);
    }
    const found = titlesOf(await house.call(person, field.path, { search: words }, headers));
    expect(found).toEqual(["by its body", `x${lines ? words : stored}y`]);
  });

  it("looks at no case, and at nothing but the words", async () => {
    const { id: workspaceId } = await person.in().workspace.create({ name: "Search" });
    const headers = { "x-workspace-id": workspaceId };
    const titles = ["Straße MIT Baum", "100% of it", "100 of it", "snake_case", "snakeXcase", "back\\slash"];
    for (const text of titles) await house.call(person, made, { [title]: text }, headers);
    const search = async (words: string) =>
      titlesOf(await house.call(person, field.path, { search: words }, headers));
    expect(await search("mit baum")).toEqual(["Straße MIT Baum"]);
    expect(await search("100%")).toEqual(["100% of it"]);
    expect(await search("e_c")).toEqual(["snake_case"]);
    expect(await search("\\")).toEqual(["back\\slash"]);
    expect(await search("%")).toEqual(["100% of it"]);
    expect(await search("nothing like it")).toEqual([]);
  });
});

describe("the checks of the database", () => {
  it.each(TEXT_FIELDS.filter(({ path }) => /^(task|project|document)\.create$/.test(path)))(
    "on $path $field hold the same length",
    async ({ table = "", field, max }) => {
      const column = table === "project" ? "name" : "title";
      const insert = (text: string) =>
        house.admin.begin(async (sql) => {
          const texts = { [column]: "x", [field]: text };
          await sql`insert into ${sql(table)} ${sql({ id: v7(), workspace_id: rows.workspace, owner_id: person.userId, ...texts })}`;
          throw new Error("kept nothing");
        });
      for (const letter of ["x", "😀"]) {
        await expect(insert(letter.repeat(max))).rejects.toThrow("kept nothing");
        await expect(insert(letter.repeat(max + 1))).rejects.toMatchObject({ code: "23514" });
      }
      if (field === column) await expect(insert("")).rejects.toMatchObject({ code: "23514" });
    },
  );
});
