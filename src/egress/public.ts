/** Which addresses are anybody's to connect to. What is not known to be public is not. */
import { BlockList, isIP, isIPv6 } from "node:net";

// IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast (RFC 5771), and the former 6to4 relays (RFC 7526).
const specialIPv4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

// Inside 2000::/3: protocol assignments with Teredo and benchmarking, documentation, and 6to4, which hides an IPv4.
const specialIPv6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const special = new BlockList();
for (const [network, bits] of specialIPv4) special.addSubnet(network, bits, "ipv4");
for (const [network, bits] of specialIPv6) special.addSubnet(network, bits, "ipv6");

// RFC 4291 section 2.4, RFC 3587: the only space from which global unicast is given out. Loopback, mapped and
// translated IPv4 (::ffff:0:0/96, 64:ff9b::/96), unique local, link-local and multicast all lie outside.
const globalIPv6 = new BlockList();
globalIPv6.addSubnet("2000::", 3, "ipv6");

/** Is this literal address public? Anything that is no address is not. */
export const isPublic = (address: string): boolean => {
  if (isIPv6(address)) return globalIPv6.check(address, "ipv6") && !special.check(address, "ipv6");
  return isIP(address) === 4 && !special.check(address, "ipv4");
};
