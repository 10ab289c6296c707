import { Socket } from "node:net";

/** What postgres.js hands to its `socket` option: hosts and ports in equal number. */
interface Target {
  host: readonly string[];
  port: readonly number[];
}

/**
 * The `socket` option of a pool: one host, and an end to three ways in which postgres.js 3.4.9 hangs. A connection that
 * closes before it is ready is opened again for ever, without pause (porsager/postgres#1193): here its caller is told.
 * One lost between a statement and its write may never write again: here it is found in milliseconds, not by a timeout.
 * What is sent between the error of a socket and its close is never answered, and keeps its place in the pool for ever:
 * here the close ends it.
 */
export async function openSocket({ host, port }: Target): Promise<Socket> {
  const socket = new Socket();
  // Before the driver's own listener, which rejects nothing when there was an error, nor what waits for a connection.
  socket.once("close", () => socket.emit("error", closed()));
  // The driver queues its first packet for the end of the turn in which it gets the socket; not a matter of time, because
  // a busy turn may take long. Without an error, because the driver waits longer after each of them.
  setImmediate(() => setImmediate(() => socket.bytesWritten > 0 || socket.destroy()));
  socket.connect(port[0] ?? 5432, host[0] ?? "127.0.0.1");
  // TLS takes the name from here.
  return Object.assign(socket, { host: host[0], port: port[0] });
}

function closed(): Error {
  return Object.assign(new Error("the connection was closed"), { code: "CONNECTION_CLOSED" });
}
