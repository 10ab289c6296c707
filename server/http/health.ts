import type { Runtime } from "@/server/runtime";

/** The process answers. */
export function handleHealth(): Response {
  return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}

/** The process can do its work: every part that it needs answers. */
export async function handleReady(runtime: Runtime): Promise<Response> {
  const parts = await runtime.parts();
  const ok = Object.values(parts).every((part) => part === "ok");
  const headers = { "cache-control": "no-store" };
  return Response.json({ status: ok ? "ok" : "unavailable", parts }, { status: ok ? 200 : 503, headers });
}
