import type { Letter } from "@/server/platform/mail/letter";

/** What a letter says. Paragraphs are plain text; the HTML is made from them, so neither form says more. */
interface Wording {
  to: string;
  subject: string;
  paragraphs: readonly string[];
  /** The one thing to do, if there is one. */
  action?: { label: string; link: string };
  /** What stands after the action. */
  closing?: readonly string[];
}

const LONGEST_NAME = 60;
/** Control, format (such as those that turn the direction of text), private and unassigned characters; separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/**
 * A name that a person chose, as it may stand in a sentence of ours: one line, shortened, and without what a mail
 * program would make a link of, so that no name can carry a message or a way of its own.
 */
export function quoted(name: string): string {
  const plain = name
    .replace(UNPRINTABLE, " ")
    .replace(/[:/\\@<>"“”]+/gu, " ")
    .replace(/\.(?=\S)/gu, ". ")
    .replace(/\s+/gu, " ")
    .trim();
  const letters = [...plain];
  const short =
    letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME).join("").trimEnd()}…` : plain;
  return `“${short || "(no name)"}”`;
}

/** Both forms of a letter. */
export function compose({ to, subject, paragraphs, action, closing = [] }: Wording): Letter {
  const text = [...paragraphs, ...(action ? [`${action.label}:\n${action.link}`] : []), ...closing, SIGNED];
  return {
    to,
    subject,
    text: `${text.join("\n\n")}\n`,
    html: page({ subject, paragraphs, action, closing }),
  };
}

const SIGNED = "Holdfast sends this by itself; nobody reads answers to it.";

/** No picture, no style sheet and no script: nothing is loaded, so nobody learns that the letter was opened. */
function page({
  subject,
  paragraphs,
  action,
  closing,
}: Required<Pick<Wording, "subject" | "paragraphs" | "closing">> & { action: Wording["action"] }): string {
  const line = (text: string) => `<p style="margin:0 0 16px">${escaped(text)}</p>`;
  const button = action && [
    `<p style="margin:0 0 16px"><a href="${escaped(action.link)}" style="${BUTTON}">${escaped(action.label)}</a></p>`,
    `<p style="margin:0 0 16px;font-size:13px">Or open this address:<br><a href="${escaped(action.link)}" style="${LINK}">${escaped(action.link)}</a></p>`,
  ];
  const small = `<p style="margin:24px 0 0;font-size:13px">${escaped(SIGNED)}</p>`;
  const body = [...paragraphs.map(line), ...(button ?? []), ...closing.map(line), small].join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<main style="max-width:36em">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">${escaped(subject)}</h1>
${body}
</main>
</body></html>
`;
}

const BUTTON =
  "display:inline-block;padding:10px 16px;border-radius:8px;background:#1d4ed8;color:#ffffff;font-weight:600;text-decoration:none";
const LINK = "word-break:break-all";

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
