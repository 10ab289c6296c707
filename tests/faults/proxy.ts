import { createServer, type Socket, connect as tcp } from "node:net";

export interface Cut {
  /** What the client's packet says. */
  at: string;
  how: "end" | "reset";
  /** Cut when the server answers that packet, rather than before it gets there. */
  answered: boolean;
}

export type CuttingProxy = Awaited<ReturnType<typeof startProxy>>;

/** A TCP proxy in front of a server that cuts connections, refuses them or falls silent, on command. */
export async function startProxy(url: string) {
  const port = Number(new URL(url).port);
  const open = new Set<Socket>();
  const state = { cut: undefined as Cut | undefined, silent: false, refuse: false, refused: 0 };
  const held: (() => void)[] = [];
  const kill = (socket: Socket, how: Cut["how"]) =>
    how === "end" ? socket.destroy() : socket.resetAndDestroy();
  const pass = (to: Socket, data: Buffer) =>
    state.silent ? held.push(() => to.write(data)) : to.write(data);

  const server = createServer((client) => {
    if (state.refuse) {
      state.refused++;
      return client.destroy();
    }
    const upstream = tcp(port, "127.0.0.1");
    let armed = false;
    open.add(client);
    client.on("data", (data) => {
      const { cut } = state;
      const hit = cut !== undefined && data.toString("latin1").includes(cut.at);
      armed ||= hit && cut.answered;
      if (hit && !cut.answered) kill(client, cut.how);
      else pass(upstream, data);
    });
    upstream.on("data", (data) => {
      if (armed && state.cut) kill(client, state.cut.how);
      else pass(client, data);
    });
    client.on("error", () => {}).on("close", () => upstream.destroy());
    upstream.on("error", () => {}).on("close", () => client.destroy());
    client.on("close", () => open.delete(client));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as { port: number };

  return Object.assign(state, {
    url: Object.assign(new URL(url), { port: String(own) }).href,
    cutNow: (how: Cut["how"]) => {
      for (const client of open) kill(client, how);
    },
    heal: () => {
      Object.assign(state, { cut: undefined, silent: false, refuse: false });
      for (const release of held.splice(0)) release();
    },
    stop: async () => {
      for (const client of open) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
