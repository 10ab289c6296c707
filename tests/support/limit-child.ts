import { createLimiter } from "@/server/guard/limiter";
import { budgetsOf } from "@/server/guard/limits";
import { createLimitStore } from "@/server/platform/limits/store";
import type { Log } from "@/server/platform/log";

/** Another process on the same Redis, with the product's limiter: when told to, it tries so often at once. */
const [url = "", secret = "", caller = "", tries = "0"] = process.argv.slice(2);
const store = createLimitStore({ kind: "redis", url });
const silent = { warn: () => {}, info: () => {} } as unknown as Log;
const limiter = createLimiter({
  budgets: budgetsOf("read=10/24h", false).budgets,
  store,
  secret: () => secret,
  log: silent,
  alert: () => {},
});
const isUp = () =>
  store.charge({ name: "probe", size: 1_000_000, windowMs: 60_000 }, "up").then(
    () => true,
    () => false,
  );
// A connection takes a moment. Whoever charges before it is there counts alone.
while (!(await isUp())) await new Promise((resolve) => setTimeout(resolve, 25));
console.log("ready");
await new Promise((resolve) => process.stdin.once("data", resolve));
const spend = async () => limiter.spend([{ name: "read", by: ["user", caller] }]);
const verdicts = await Promise.all(Array.from({ length: Number(tries) }, spend));
console.log(`passed ${verdicts.filter(({ outcome }) => outcome === "within").length}`);
process.exit(0);
