import { createLimitStore } from "@/server/platform/limits/store";

/** Another process on the same Redis: tries as often as it is told, at once, and prints how many passed. */
const [url = "", name = "", tries = "0"] = process.argv.slice(2);
const store = createLimitStore({ kind: "redis", url });
await new Promise((resolve) => setTimeout(resolve, 300));
const window = { name, size: 10, windowMs: 86_400_000 };
const counts = await Promise.all(Array.from({ length: Number(tries) }, () => store.charge(window, "shared")));
console.log(counts.filter(({ isWithin }) => isWithin).length);
store.close();
