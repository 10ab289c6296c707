import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Whether nobody keeps an object any more. */
export async function isCollected(one: WeakRef<object>): Promise<boolean> {
  // What a turn has looked at it keeps to its end.
  await turn();
  collect();
  return one.deref() === undefined;
}
