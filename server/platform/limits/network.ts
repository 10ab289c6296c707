import { isIPv4, isIPv6 } from "node:net";

/**
 * The network that counts as one source: an IPv4 address, or the /64 of an IPv6 address, which is what a single
 * subscriber holds (RFC 6177). What is no address is counted as one source together.
 */
export function networkOf(address: string | null): string {
  if (!address) return "unknown";
  const plain = address.split("%")[0] ?? "";
  if (!plain.includes(":") || !isIPv6(plain)) return plain;
  const groups = groupsOf(plain);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/**
 * What is kept of an address: /24 of IPv4, /48 of IPv6, written as PostgreSQL's `address_prefix` writes it. Null for what
 * is no address.
 */
export function prefixOf(address: string): string | null {
  if (isIPv4(address)) return `${address.split(".").slice(0, 3).join(".")}.0/24`;
  if (!isIPv6(address) || address.includes("%")) return null;
  const groups = groupsOf(address).slice(0, 3);
  while (groups.at(-1) === 0) groups.pop();
  return `${groups.map((group) => group.toString(16)).join(":")}::/48`;
}

/** The eight groups of an IPv6 address; URL writes it in its shortest form (RFC 5952), without dots. */
function groupsOf(address: string): number[] {
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail = ""] = short.split("::");
  const parts = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [first, last] = [parts(head), parts(tail)];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
