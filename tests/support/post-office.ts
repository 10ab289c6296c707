import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface Received {
  /** Whom the envelope named: where the letter went, whatever its headers say. */
  recipients: string[];
  raw: string;
  mail: ParsedMail;
  /** The link of the letter. */
  link: string;
}

/** A mail server of its own that keeps what it is given. */
export interface PostOffice {
  url: string;
  received: Received[];
  /** The letters to an address so far; waits until there are `count` of them. */
  lettersTo(address: string, count?: number): Promise<Received[]>;
  close(): Promise<void>;
}

export async function openPostOffice(options: SMTPServerOptions = {}): Promise<PostOffice> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    // Milliseconds that a pooled connection is waited for at the end.
    closeTimeout: 100,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks);
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        void simpleParser(raw).then((mail) => {
          const link = /https?:\/\/\S+/.exec(mail.text ?? "")?.[0] ?? "";
          received.push({ recipients, raw: raw.toString("latin1"), mail, link });
          callback();
        });
      });
    },
    ...options,
  });
  // A client that leaves in the middle of a word is no failure of the test.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const to = (address: string) => received.filter(({ recipients }) => recipients.includes(address));
  return {
    url: `${options.secure ? "smtps" : "smtp"}://127.0.0.1:${port}`,
    received,
    lettersTo: async (address, count = 1) => {
      const end = Date.now() + 10_000;
      while (to(address).length < count) {
        if (Date.now() > end) throw new Error(`${to(address).length} of ${count} letters came to ${address}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return to(address);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
