import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';
import { GakumonError } from '@gakumon/terms';

/** Says whether an address, already normalised, is one of our own proxies. */
export type TrustsProxy = (address: string) => boolean;

/** An IPv4 address that travels as IPv6 (RFC 4291 section 2.5.5.2), as SocketAddress prints it. */
const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/**
 * The one spelling of an address: IPv4 out of its `::ffff:` coat, IPv6 in lower case and shortest form, no zone,
 * no port, no brackets (some proxies write `[2001:db8::1]:443` or `192.0.2.1:443` into X-Forwarded-For).
 * @returns undefined when it is no address
 */
export function normaliseAddress(written: string): string | undefined {
  if (isIPv4(written)) return written;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(written);
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(written);
  const bare = (bracketed?.[1] ?? withPort?.[1] ?? written).replace(/%.*$/, '');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  const shortest = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  return mapped.exec(shortest)?.[1] ?? shortest;
}

/**
 * @param cidrs `10.0.0.0/8`, `2001:db8::/32`, or single addresses
 * @throws GakumonError `config-invalid` for one that is neither
 */
export function trustProxies(cidrs: readonly string[]): TrustsProxy {
  const list = new BlockList();
  for (const cidr of cidrs) addRange(list, cidr);
  const check: TrustsProxy = (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  return cidrs.length === 0 ? () => false : remember(check);
}

/** Proxies and their balancers are few, and each answer about one costs an object outside the heap. */
function remember(check: TrustsProxy): TrustsProxy {
  const known = new Map<string, boolean>();
  return (address) => {
    const told = known.get(address) ?? check(address);
    if (known.size >= 1000) known.clear();
    known.set(address, told);
    return told;
  };
}

function addRange(list: BlockList, cidr: string): void {
  const [written = '', length] = cidr.trim().split('/');
  const address = normaliseAddress(written);
  const bits = address !== undefined && isIPv4(address) ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (address === undefined || !(prefix <= bits)) {
    throw new GakumonError('config-invalid', { detail: `listen.trustedProxies: ${JSON.stringify(cidr)} is no CIDR` });
  }
  list.addSubnet(address, prefix, bits === 32 ? 'ipv4' : 'ipv6');
}

/**
 * Where the person stands: the socket's address, or, when that is a trusted proxy, the rightmost hop of
 * X-Forwarded-For that is not one. What stands further left was written by a stranger and is never looked at.
 * @param forwardedFor the header's value, repeated headers joined with a comma
 * @returns normalised; `unknown` when the socket is gone already
 */
export function clientAddress(
  socket: string | undefined,
  forwardedFor: string | undefined,
  trusts: TrustsProxy,
): string {
  let address = normaliseAddress(socket ?? '');
  if (address === undefined) return 'unknown';
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  while (trusts(address)) {
    const hop = normaliseAddress(hops.pop() ?? '');
    if (hop === undefined) return address;
    address = hop;
  }
  return address;
}
