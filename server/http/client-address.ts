import { BlockList, isIP, isIPv6 } from "node:net";

/** Networks whose word about a client's address counts. Built from `TRUSTED_PROXIES`: addresses and CIDR ranges. */
export function trustedProxies(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/**
 * The address of the client: the socket's peer, or, while the peer is a proxy of ours, the nearest hop of
 * X-Forwarded-For that is not. What a client writes there itself lies beyond that hop and is never reached.
 */
export function clientAddress(peer: string, forwarded: string | undefined, trusted: BlockList): string {
  let address = plain(peer);
  const hops = (forwarded ?? "").split(",").map((hop) => plain(hop.trim()));
  while (isTrusted(address, trusted)) {
    const hop = hops.pop();
    if (!hop || isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}

/** Whether a proxy of ours says that its client did not come by https. Nobody else's word counts. */
export function cameByHttp(peer: string, proto: string | undefined, trusted: BlockList): boolean {
  const nearest = proto?.split(",").at(-1)?.trim().toLowerCase();
  return nearest === "http" && isTrusted(plain(peer), trusted);
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** An IPv4 address that a dual-stack socket shows as IPv6 is the same client. */
function plain(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}
