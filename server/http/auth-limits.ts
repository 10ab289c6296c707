import type { Cost } from "@/server/guard/limiter";
import type { AuthLimit } from "@/server/http/auth-routes";
import { networkOf } from "@/server/platform/limits/network";

interface Asking {
  limit: AuthLimit;
  address: string | null;
  /** The e-mail address that the body names, in lower case; null where it names none. Whether it is known plays no part. */
  account: string | null;
  /** The device that is known for that account, from an earlier sign-in. */
  device: string | null;
  /** Who is signed in, where the route asks. */
  userId: string | null;
}

/**
 * What a request to Better Auth spends. The network comes first: over its own budget it can not use up that of an
 * account. Guesses at one account from everywhere together have ten times that of one place; a device that is known
 * for it has a budget of its own, so that they can not lock its owner out.
 */
export function costsOf({ limit, address, account, device, userId }: Asking): Cost[] {
  const network = ["address", networkOf(address)];
  if (limit !== "auth") return [{ name: limit, by: userId ? ["user", userId] : network }];
  const costs: Cost[] = [{ name: limit, by: network }];
  if (account && device) costs.push({ name: limit, by: ["device", device, account] });
  else if (account) {
    costs.push({ name: limit, by: ["account", account, ...network] });
    costs.push({ name: limit, by: ["account", account], times: 10 });
  }
  if (userId) costs.push({ name: limit, by: ["user", userId] });
  return costs;
}
