import { closeSync, openSync } from "node:fs";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Gate } from "@/server/http/gate";

/** Milliseconds in which connections that are kept alive are told to close, before idle ones are closed. */
const LINGER_MS = 300;
/** Milliseconds after which what is still under way is cut. */
const LONGEST_MS = 8_000;
/** Milliseconds from the signal to the end of the process, whatever hangs. */
const LONGEST_END_MS = 9_500;

interface Ending {
  server: Server;
  gate: Pick<Gate, "drain">;
  /** Ends what is behind the server. */
  close(): Promise<void>;
  /** Takes one line for a person. */
  report(line: string): void;
}

/** Ends the process on SIGTERM or SIGINT: drains the server, then closes what is behind it. A second signal ends at once. */
export function endOnSignal({ server, gate, close, report }: Ending): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals) => {
    if (isEnding) process.exit(1);
    isEnding = true;
    report(`${signal}, finishing what is under way`);
    setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
    drain(server, gate)
      .then(close)
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

/**
 * Calls back on SIGHUP, by which a server is told to look at its configuration again; but when it came because the
 * terminal is gone, ends the process as SIGTERM does, instead of going on where nobody sees it.
 */
export function onHangUp(reload: () => Promise<void>): void {
  process.on("SIGHUP", () => {
    if (process.stdout.isTTY && !hasTerminal()) process.kill(process.pid, "SIGTERM");
    else void reload();
  });
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/**
 * Ends a server without failing a request that it took: streams end at once, what is under way goes on to its end and
 * says that its connection closes, and who comes on a new connection is told 503 until the port is closed.
 */
async function drain(server: Server, gate: Pick<Gate, "drain">): Promise<void> {
  const late = new WeakSet<Socket>();
  server.on("connection", (socket) => late.add(socket));
  gate.drain((socket) => late.has(socket));
  // A connection closed while it is idle may carry a request that is on its way to us.
  await sleep(LINGER_MS);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const cut = setTimeout(() => server.closeAllConnections(), LONGEST_MS - LINGER_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
