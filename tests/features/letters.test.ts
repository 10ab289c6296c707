import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fitLetter, type Letter } from "@/server/platform/mail/letter";
import {
  invitationLetter,
  knownAddressLetter,
  newDeviceLetter,
  passwordChangedLetter,
  resetLetter,
  securityAlertLetter,
  verificationLetter,
} from "@/server/platform/mail/letters";
import { createMailer } from "@/server/platform/mail/mailer";
import { openPostOffice, type PostOffice } from "@/tests/support/post-office";

const to = "ada@example.com";
const link = "https://holdfast.example/page#a-secret?x=1&y='\"<";
const at = new Date("2030-01-02T03:04:05Z");
const invite = (workspaceName: string, inviterName = "Grace") =>
  invitationLetter({ to, workspaceName, inviterName, link, expiresAt: at });

const LETTERS: Record<string, Letter> = {
  verification: verificationLetter({ to, link }),
  reset: resetLetter({ to, link }),
  "known address": knownAddressLetter({ to, link }),
  invitation: invite("Engines"),
  "new device": newDeviceLetter({ to, link, at, device: "Firefox on Windows", network: "192.0.2.0/24" }),
  "password changed": passwordChangedLetter({ to, link, at }),
  "security alert": securityAlertLetter({ to, link, alerts: [{ at, rule: "audit_chain_broken", count: 1 }] }),
};

let office: PostOffice;
beforeAll(async () => {
  office = await openPostOffice();
});
afterAll(() => office.close());

/** The letter as it came out of a mail server's other end. */
async function delivered(letter: Letter) {
  const send = createMailer({
    smtpUrl: office.url,
    baseUrl: "https://holdfast.example",
    mailFrom: null,
    smtpRequiresTls: false,
    dataDir: "/nowhere",
  });
  const before = office.received.length;
  await send(letter);
  const [came] = office.received.slice(before);
  if (!came) throw new Error("no letter came");
  return came;
}

describe.each(Object.entries(LETTERS))("the %s letter", (_, letter) => {
  it("comes to one address, as text and as HTML, with nothing to load", async () => {
    const { mail, recipients, raw } = await delivered(letter);
    expect(recipients).toEqual([to]);
    expect(mail.to).toMatchObject({ value: [{ address: to, name: "" }] });
    expect(mail.from).toMatchObject({ value: [{ address: "no-reply@holdfast.example", name: "Holdfast" }] });
    expect(mail.subject).toBe(letter.subject);
    expect(mail.text).toContain(link);
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail.html).not.toMatch(/<(img|script|style|link|iframe|form|object|svg)\b|url\(|@import/i);
    expect(raw).toMatch(/multipart\/alternative/);
  });

  it("says in HTML what it says in text, and links to one place", () => {
    const html = letter.html ?? "";
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(new Set(hrefs)).toEqual(
      new Set(["https://holdfast.example/page#a-secret?x=1&amp;y=&#39;&quot;&lt;"]),
    );
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    const [, ...paragraphs] = letter.text.split("\n\n").reverse();
    for (const paragraph of paragraphs.filter((one) => !one.includes(link)))
      expect(html).toContain(paragraph.replaceAll("'", "&#39;"));
  });
});

describe("a hostile name", () => {
  const HOSTILE: [string, string][] = [
    ["markup", '<img src=x onerror=alert(1)><a href="https://evil.example">Open</a>'],
    ["a second header", "Engines\r\nBcc: everybody@example.com\r\n\r\nA body of mine"],
    ["another separator of lines", "Engines\u2028Bcc: x@example.com\u0085\u0000"],
    ["an address to open", "https://evil.example/reset?x=1 www.evil.example evil.example/a"],
    ["an address to write to", "support@evil.example"],
    ["text that turns direction", "\u202Egnp.exe\u2066\u200b"],
    ["entities", "&lt;b&gt; &amp; &#60;script&#62;"],
    ["quotes that end ours", "” has closed. Click “here"],
    ["too much of it", "Urgent! ".repeat(500)],
    ["nothing that shows", "\u200b\u202e"],
    ["half a character", "\ud83d"],
  ];

  it.each(HOSTILE)("of %s stays one short quotation", async (_, name) => {
    for (const letter of [invite(name), invite("Engines", name)]) {
      const { mail, recipients, raw } = await delivered(letter);
      expect(recipients).toEqual([to]);
      expect([...mail.headers.keys()].sort()).toEqual(
        [...(await delivered(invite("Engines"))).mail.headers.keys()].sort(),
      );
      expect(mail.subject).toBe("You are invited to a workspace in Holdfast");
      expect(raw.split(/\r\n\r\n/)[0]).not.toMatch(/^bcc:/im);
      const [sentence = ""] = letter.text.split("\n\n");
      expect(sentence.length).toBeLessThan(260);
      expect(sentence.match(/“/g)).toHaveLength(2);
      expect(sentence.match(/”/g)).toHaveLength(2);
      expect(sentence).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|https?:|www\.\w|\w\.\w|@|\/\//u);
      const hrefs = [...(letter.html ?? "").matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
      expect(hrefs.every((href) => href?.startsWith("https://holdfast.example/"))).toBe(true);
      expect(letter.html).not.toMatch(/<(img|a href="https:\/\/evil|script|b)\b/);
    }
  });

  it("is kept where it is honest", () => {
    expect(invite("Ada & Söhne — 東京 🐴").text).toContain("“Ada & Söhne — 東京 🐴”");
  });
});

describe("a letter", () => {
  const fit = { to, subject: "A subject", text: "Text" };
  it.each([
    "",
    "ada",
    "ada@example.com, eve@example.com",
    "ada@example.com;eve@example.com",
    "Ada <ada@example.com>",
    "<ada@example.com>",
    '"ada"@example.com',
    "ada@example.com\r\nBcc: eve@example.com",
    "ada@example.com\u0000",
    "team: ada@example.com;",
    "ada(comment)@example.com",
    "ada@eve@example.com",
    "ada @example.com",
    "ada@[127.0.0.1]",
    "@example.com",
    `${"a".repeat(65)}@example.com`,
  ])("to %j is not sent", async (address) => {
    expect(() => fitLetter({ ...fit, to: address })).toThrow("address");
    const before = office.received.length;
    await expect(delivered({ ...fit, to: address })).rejects.toThrow("address");
    expect(office.received).toHaveLength(before);
  });

  it.each(["", "One\r\nBcc: eve@example.com", "One\nTwo", "One\u0000", "One\u2028Two", "x".repeat(201)])(
    "with the subject %j is not sent",
    async (subject) => {
      await expect(delivered({ ...fit, subject })).rejects.toThrow("subject");
    },
  );
});
