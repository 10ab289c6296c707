import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { areaOf } from "@/tests/bench/flame/areas";
import { stacksOf } from "@/tests/bench/flame/profile";
import { flame } from "@/tests/bench/flame/svg";

const stack = (...places: string[]) =>
  places.map((text) => {
    const [name = "", place = ""] = text.split(" ");
    return { name, place };
  });

describe("areas of a profile", () => {
  it.each([
    ["writes to PostgreSQL's sockets", stack("nextWrite npm:postgres", "write node:net", "writeBuffer")],
    ["node:http, in and out", stack("sendAnswer server/http/x.ts", "end node:_http_outgoing", "writev")],
    ["Zod", stack("list npm:@trpc/server", "parse npm:zod", "(anonymous)")],
    ["limiter", stack("spend server/guard/limiter.ts", "createHmac node:crypto")],
    ["Drizzle", stack("listTasks server/features/task/queries.ts", "is npm:drizzle-orm")],
    [
      "postgres.js",
      stack("callbackTrampoline node:internal/async_hooks", "onStreamRead node:internal/stream_base_commons"),
    ],
    ["promise hooks", stack("runMicrotasks", "promiseInitHook node:internal/async_hooks")],
    ["garbage collection", [{ name: "(garbage collector)", place: "" }]],
    ["other", stack("(program)")],
  ])("%s", (area, frames) => {
    expect(areaOf(frames)).toBe(area);
  });
});

describe("a profile", () => {
  it("counts the samples of its window, and none that were idle", () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-flame-"));
    const file = join(folder, "one.cpuprofile");
    const node = (id: number, functionName: string, children: number[] = []) => ({
      ...{ id, children },
      callFrame: { functionName, url: "", lineNumber: 0, columnNumber: 0 },
    });
    const nodes = [node(1, "(root)", [2, 3]), node(2, "(idle)"), node(3, "outer", [4]), node(4, "inner")];
    // At 100, 200, 300, 400 and 500.
    const profile = { nodes, startTime: 0, samples: [4, 4, 2, 3, 4], timeDeltas: [100, 100, 100, 100, 100] };
    writeFileSync(file, JSON.stringify(profile));
    const stacks = stacksOf(file, 150, 450).map(({ frames, time }) => [
      frames.map(({ functionName }) => functionName).join(">"),
      time,
    ]);
    rmSync(folder, { recursive: true });
    expect(stacks).toEqual([
      ["outer>inner", 100],
      ["outer", 100],
    ]);
  });
});

describe("a flame graph", () => {
  it("leaves out what is below its least share, and escapes names", () => {
    const drawn = flame("Title", [
      { frames: stack("wide<T> db/x.ts"), time: 998 },
      { frames: stack("narrow db/x.ts"), time: 2 },
    ]);
    expect(drawn).toContain("wide&#60;T&#62; db/x.ts: 99.8 %");
    expect(drawn).not.toContain("narrow");
  });
});
