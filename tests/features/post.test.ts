import { mkdtempSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import pino from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { readEnv } from "@/server/env";
import { createDigest } from "@/server/platform/digest";
import type { Letter } from "@/server/platform/mail/letter";
import { verificationLetter } from "@/server/platform/mail/letters";
import { createMailer } from "@/server/platform/mail/mailer";
import { createPost } from "@/server/platform/mail/post";
import { openPostOffice, type PostOffice } from "@/tests/support/post-office";

const digest = createDigest(() => "a secret of this test");
const letterTo = (to: string): Letter => ({ to, subject: "A subject", text: "Text" });

function queue(send: (letter: Letter) => Promise<void>, options: { retries?: number[]; most?: number } = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { lines, ...createPost({ send, digest, log, pause: () => 0, ...options }) };
}
const failure = (responseCode?: number) =>
  Object.assign(new Error("550 no such person as ada@example.com"), { code: "EENVELOPE", responseCode });

describe("the post", () => {
  it("sends behind the caller, who waits for nothing", async () => {
    const sent: string[] = [];
    const { post, stop } = queue(async ({ to }) => void sent.push(to));
    post(letterTo("ada@example.com"));
    expect(sent).toEqual([]);
    await stop();
    expect(sent).toEqual(["ada@example.com"]);
  });

  it("tries again after a failure that may pass, holds up nobody meanwhile, and gives up in the end", async () => {
    const tries: string[] = [];
    const { post, stop, lines } = queue(
      async ({ to }) => {
        tries.push(to);
        if (to.startsWith("down")) throw failure(421);
      },
      { retries: [20, 20] },
    );
    const down = Array.from({ length: 9 }, (_, number) => `down-${number}@example.com`);
    for (const to of [...down, "up@example.com"]) post(letterTo(to));
    await expect.poll(() => tries.filter((to) => to.startsWith("up"))).toHaveLength(1);
    await expect.poll(() => lines.length).toBe(9);
    expect(tries.filter((to) => to === "down-1@example.com")).toHaveLength(3);
    expect(lines[0]).toMatchObject({ event: "mail_not_sent", tries: 3, why: "EENVELOPE 421" });
    await stop();
  });

  it.each([
    ["what a mail server refuses for good", () => Promise.reject(failure(550)), "EENVELOPE 550"],
    [
      "what is not fit to be sent",
      createMailer({
        smtpUrl: "smtp://127.0.0.1:1",
        smtpRequiresTls: false,
        baseUrl: "http://a",
        mailFrom: null,
        dataDir: "",
      }),
      "UnfitLetter",
    ],
  ])("does not try again %s, and names nobody in the log", async (_, send, why) => {
    const { post, stop, lines } = queue(send, { retries: [60_000] });
    const to = "ada@example.com\r\nBcc: eve@example.com";
    post(letterTo(to));
    await expect.poll(() => lines.length).toBe(1);
    expect(lines[0]).toMatchObject({ event: "mail_not_sent", tries: 1, why, account: digest("account", to) });
    expect(JSON.stringify(lines)).not.toMatch(/ada@|eve@|example/);
    await stop();
  });

  it("is bounded, and says what it dropped", async () => {
    const { post, stop, lines } = queue(() => new Promise(() => {}), { most: 3 });
    for (let each = 0; each < 5; each++) post(letterTo(`person-${each}@example.com`));
    expect(lines.map(({ why }) => why)).toEqual(["QUEUE_FULL", "QUEUE_FULL"]);
    void stop();
  });

  it("gives what waits a last try when it stops", async () => {
    let isUp = false;
    const sent: string[] = [];
    const send = async ({ to }: Letter) => {
      if (!isUp) throw failure(421);
      sent.push(to);
    };
    const { post, stop, lines } = queue(send, { retries: [60_000] });
    post(letterTo("ada@example.com"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    isUp = true;
    await stop();
    expect([sent, lines]).toEqual([["ada@example.com"], []]);
  });

  it("finds out again what to send when that failed, and sends it", async () => {
    let asked = 0;
    const sent: string[] = [];
    const { later, stop } = queue(async ({ to }) => void sent.push(to), { retries: [5] });
    later(async () => {
      if (asked++ === 0) throw new Error("the database is away");
      return [letterTo("ada@example.com"), letterTo("grace@example.com")];
    });
    await expect.poll(() => sent).toEqual(["ada@example.com", "grace@example.com"]);
    await stop();
  });
});

describe("letters over SMTP", () => {
  let office: PostOffice | undefined;
  afterEach(() => office?.close());
  const mailer = (smtpUrl: string, smtpRequiresTls: boolean) =>
    createMailer({ smtpUrl, smtpRequiresTls, baseUrl: "https://a.example", mailFrom: null, dataDir: "" });
  const send = (smtpUrl: string, smtpRequiresTls = true) =>
    mailer(smtpUrl, smtpRequiresTls)(letterTo("ada@example.com"));

  it("are not sent in clear where TLS is required", async () => {
    office = await openPostOffice();
    await expect(send(office.url)).rejects.toThrow(/STARTTLS/);
    await expect(send(`${office.url}?requireTLS=false&ignoreTLS=true`)).rejects.toThrow(/STARTTLS/);
    expect(office.received).toEqual([]);
    await send(office.url, false);
    expect(office.received).toHaveLength(1);
  });

  it.each([
    ["STARTTLS", { disabledCommands: [] }],
    ["TLS", { secure: true }],
  ])("are not sent over %s to a server that is not who it says", async (_, options) => {
    office = await openPostOffice(options);
    await expect(send(office.url)).rejects.toThrow(/certificate/);
    await expect(send(`${office.url}?tls.rejectUnauthorized=false`)).rejects.toThrow(/certificate/);
    expect(office.received).toEqual([]);
  });

  it("come with the login that the URL names", async () => {
    const logins: unknown[] = [];
    office = await openPostOffice({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _, callback) => {
        logins.push(username, password);
        callback(null, { user: "x" });
      },
    });
    await send(office.url.replace("//", "//us%40er:p%3Ass@"), false);
    expect(logins).toEqual(["us@er", "p:ss"]);
  });

  it("require TLS in production", () => {
    const env = (HOLDFAST_MODE: string) =>
      readEnv({
        HOLDFAST_MODE,
        DATABASE_URL: "postgres://holdfast_app:x@127.0.0.1/x",
        BETTER_AUTH_URL: "https://a.example",
        BETTER_AUTH_SECRET: "k3Jd92mNq8sLx0vBz7TgYw5RpHcUeAf1",
        AUDIT_KEY: "q8sLx0vBz7TgYw5RpHcUeAf1k3Jd92mN",
        SMTP_URL: "smtp://mail.example",
        REDIS_URL: "redis://redis.example",
        HOLDFAST_DATA_DIR: mkdtempSync(join(tmpdir(), "holdfast-post-")),
      });
    expect(env("production").smtpRequiresTls).toBe(true);
    expect(env("development").smtpRequiresTls).toBe(false);
  });
});

describe("without a mail server", () => {
  it("each letter is a file that its owner alone reads, and its link one line for the terminal", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "holdfast-outbox-"));
    const lines: string[] = [];
    const send = createMailer(
      { smtpUrl: null, smtpRequiresTls: false, baseUrl: "http://127.0.0.1:3000", mailFrom: null, dataDir },
      (line) => lines.push(line),
    );
    const letter = verificationLetter({ to: "ada@example.com", link: "http://127.0.0.1:3000/verify#secret" });
    await Promise.all(Array.from({ length: 20 }, () => send(letter)));
    const names = await readdir(join(dataDir, "outbox"));
    expect(names).toHaveLength(20);
    const [name = ""] = names;
    expect(name).toMatch(/^[\dT.Z-]+-[0-9a-f]{8}\.eml$/);
    const path = join(dataDir, "outbox", name);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, "outbox"))).mode & 0o777).toBe(0o700);
    const mail = await simpleParser(await readFile(path));
    expect([mail.subject, mail.text?.includes("/verify#secret")]).toEqual([letter.subject, true]);
    expect(lines).toHaveLength(20);
    for (const line of lines) {
      expect(line).toMatch(
        /^a letter, Confirm your address for Holdfast .*: http:\/\/127\.0\.0\.1:3000\/verify#secret$/,
      );
      expect(line).not.toMatch(/ada@|\n/);
    }
  });
});
