type Name =
  | "class"
  | "id"
  | "title"
  | "type"
  | "role"
  | "scope"
  | "colspan"
  | "tabindex"
  | "placeholder"
  | "autocomplete"
  | `aria-${string}`
  | `data-${string}`;

/**
 * An element with text in it. Whatever is handed in stays text, and the names leave no way to an address or to a
 * handler: evidence may go through here.
 */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Partial<Record<Name, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** "1 finding", "7,214 requests". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** What an attack sent or got, with what would be invisible or turn the text around written as its number. */
export function legible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
