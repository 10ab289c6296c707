import { BlockList, isIP, isIPv6 } from "node:net";

/** Whether an address is one of our proxies, whose word about a client counts. */
export type IsProxy = (address: string) => boolean;

/** Most answers kept: our own proxies ask again and again, whoever else comes through them only now and then. */
const KEPT = 1_000;

/** Built from `TRUSTED_PROXIES`: addresses and CIDR ranges. */
export function trustedProxies(entries: readonly string[]): IsProxy {
  if (entries.length === 0) return () => false;
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  // Each look makes an object that only a full collection frees: under flood that was all the memory that we took.
  const known = new Map<string, boolean>();
  return (address) => {
    const answer = known.get(address) ?? (isIP(address) !== 0 && list.check(address, familyOf(address)));
    if (known.size < KEPT) known.set(address, answer);
    return answer;
  };
}

const familyOf = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");

/**
 * The address of the client: the socket's peer, or, while the peer is a proxy of ours, the nearest hop of
 * X-Forwarded-For that is not. What a client writes there itself lies beyond that hop and is never reached.
 */
export function clientAddress(peer: string, forwarded: string | undefined, isProxy: IsProxy): string {
  let address = plain(peer);
  const hops = (forwarded ?? "").split(",").map((hop) => plain(hop.trim()));
  while (isProxy(address)) {
    const hop = hops.pop();
    if (!hop || isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}

/** Whether a proxy of ours says that its client did not come by https. Nobody else's word counts. */
export function cameByHttp(peer: string, proto: string | undefined, isProxy: IsProxy): boolean {
  const nearest = proto?.split(",").at(-1)?.trim().toLowerCase();
  return nearest === "http" && isProxy(plain(peer));
}

/** Whether the socket's own peer is a proxy of ours. */
export const isFromProxy = (peer: string, isProxy: IsProxy): boolean => isProxy(plain(peer));

/** An IPv4 address that a dual-stack socket shows as IPv6 is the same client. */
function plain(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}
