import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface DatabaseProxy {
  /** The same URL, by way of the proxy. */
  through(url: string): string;
  /** Breaks all connections and refuses new ones. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** From now on nothing passes, either way, and nothing is closed: a way that swallows what is sent. */
  swallow(isSwallowing: boolean): void;
  /** From now on, what the other side answers comes so many milliseconds late. */
  delay(ms: number): void;
}

/** A way to the database that can be closed, as when its machine is gone. */
export async function startProxy(target: string): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>();
  let lateBy = 0;
  let isSwallowing = false;
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (data) => void (isSwallowing || far.write(data)));
    near.on("end", () => far.end());
    far.on("data", (data) => {
      if (isSwallowing) return;
      if (lateBy === 0) near.write(data);
      else setTimeout(() => near.write(data), lateBy).unref();
    });
  });
  const listen = (at: number) =>
    new Promise<void>((resolve) => server.listen(at, "127.0.0.1", () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    through: (url) => Object.assign(new URL(url), { port: String(port) }).href,
    down: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    up: () => listen(port),
    swallow: (is) => {
      isSwallowing = is;
    },
    delay: (ms) => {
      lateBy = ms;
    },
  };
}
