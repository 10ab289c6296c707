import { type House, openHouse, openHouseOn } from "@/tests/support/house";
import { type DatabaseProxy, startProxy } from "@/tests/support/proxy";

/** Two processes' worth of the product on one database. `two` hears its notices through a way that a test can close. */
export interface TwoHouses {
  one: House;
  two: House;
  way: DatabaseProxy;
  close(): Promise<void>;
}

export async function openTwoHouses(): Promise<TwoHouses> {
  const one = await openHouse();
  const way = await startProxy(one.database.appUrl);
  const { authSecrets } = one.runtime.env;
  const two = await openHouseOn(one.database, { authSecrets, listenUrl: way.through(one.database.appUrl) });
  const close = async () => {
    await two.close();
    await one.close();
  };
  return { one, two, way, close };
}

/** Milliseconds from the moment at which `change` is committed until `is` says so. */
export async function delayOf(change: () => Promise<unknown>, is: () => Promise<boolean>): Promise<number> {
  await change();
  const start = performance.now();
  while (!(await is())) {
    if (performance.now() - start > 5_000) throw new Error("not within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return performance.now() - start;
}
