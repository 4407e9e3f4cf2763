import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { isWithin, parseAddress, parseRange } from '@gakumon/mfa';
import { GakumonError, unknownAddress } from '@gakumon/terms';

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
  const ranges = cidrs.map((cidr) => {
    const range = parseRange(cidr);
    if (range !== undefined) return range;
    throw new GakumonError('config-invalid', { detail: `listen.trustedProxies: ${JSON.stringify(cidr)} is no CIDR` });
  });
  const check: TrustsProxy = (address) => {
    const parsed = parseAddress(address);
    return parsed !== undefined && ranges.some((range) => isWithin(parsed, range));
  };
  return ranges.length === 0 ? () => false : remember(check);
}

/** Proxies and their balancers are few. */
function remember(check: TrustsProxy): TrustsProxy {
  const known = new Map<string, boolean>();
  return (address) => {
    const told = known.get(address) ?? check(address);
    if (known.size >= 1000) known.clear();
    known.set(address, told);
    return told;
  };
}

/**
 * Where the person stands: the socket's address, or, when that is a trusted proxy, the rightmost hop of
 * X-Forwarded-For that is not one. What stands further left was written by a stranger and is never looked at. The address
 * of a proxy is nobody's: it is often on campus, and would put everybody there whom the proxy tells nothing about.
 * @param forwardedFor the header's value, repeated headers joined with a comma
 * @returns normalised; `unknownAddress` when the proxies name no such hop, or one that can't be read, or the socket is gone
 */
export function clientAddress(
  socket: string | undefined,
  forwardedFor: string | undefined,
  trusts: TrustsProxy,
): string {
  let address = normaliseAddress(socket ?? '');
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  while (address !== undefined && trusts(address)) address = normaliseAddress(hops.pop() ?? '');
  return address ?? unknownAddress;
}
