/** Milliseconds that a collection of everything may take. */
const PATIENCE_MS = 50_000;

export interface Heap {
  /** MiB of JavaScript objects that are left after a collection of everything. */
  live(): Promise<number>;
  close(): void;
}

/** Speaks with the inspector of a process of Node's, which needs no part of its own in the product. */
export async function openHeap(port: number): Promise<Heap> {
  const listed = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[];
  if (!target) throw new Error("the inspector has no target");
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("the inspector can not be reached"));
  });
  let asked = 0;
  const ask = (method: string) =>
    new Promise<{ usedSize: number }>((resolve, reject) => {
      const id = ++asked;
      const late = setTimeout(() => reject(new Error(`${method} was not answered`)), PATIENCE_MS);
      socket.addEventListener("message", function hear({ data }) {
        const answer = JSON.parse(String(data)) as { id?: number; result: { usedSize: number } };
        if (answer.id !== id) return;
        clearTimeout(late);
        socket.removeEventListener("message", hear);
        resolve(answer.result);
      });
      socket.send(JSON.stringify({ id, method }));
    });
  return {
    async live() {
      await ask("HeapProfiler.collectGarbage");
      return (await ask("Runtime.getHeapUsage")).usedSize / 1024 ** 2;
    },
    close: () => socket.close(),
  };
}
