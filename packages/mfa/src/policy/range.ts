import { isIPv4, isIPv6 } from 'node:net';

/** An address as a number. */
export type AddressNumber = { readonly family: 4 | 6; readonly value: bigint };

/** Every address from `first` to `last`. */
export type AddressRange = { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint };

/** IPv4 in IPv6 (RFC 4291 section 2.5.5.2). */
const mapped = 0xffffn;

/**
 * Reads an address; IPv4 comes out of its `::ffff:` coat, and the zone of a link-local one is left aside.
 * @returns undefined when it is none
 */
export function parseAddress(text: string): AddressNumber | undefined {
  if (isIPv4(text)) return { family: 4, value: joinParts(text.split('.').map(BigInt), 8n) };
  if (!isIPv6(text)) return undefined;
  const value = joinParts(listGroups(text.replace(/%.*$/, '')), 16n);
  return value >> 32n === mapped ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/**
 * Reads a CIDR, or a single address; bits behind the length don't count. IPv4 in its `::ffff:` coat is one of IPv4.
 * @returns undefined when it is none, and for IPv6 that holds all of IPv4 in its coat: no address would be found in that
 */
export function parseRange(cidr: string): AddressRange | undefined {
  const [written = '', length, ...more] = cidr.split('/');
  const address = written.includes('%') ? undefined : parseAddress(written);
  if (address === undefined || more.length > 0 || !/^\d{1,3}$/.test(length ?? '0')) return undefined;
  const coat = address.family === 4 && isIPv6(written) ? 96 : 0;
  const bits = address.family === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length) - coat;
  if (prefix < 0 || prefix > bits) return undefined;
  const rest = (1n << BigInt(bits - prefix)) - 1n;
  const first = address.value & ~rest;
  const range: AddressRange = { family: address.family, first, last: first | rest };
  return isWithin({ family: 6, value: mapped << 32n }, range) ? undefined : range;
}

/**
 * The same of what was looked at before.
 * @throws RangeError when it is none: to pass over it would open what it closes
 */
export function requireRange(cidr: string): AddressRange {
  const range = parseRange(cidr);
  if (range === undefined) throw new RangeError(`${JSON.stringify(cidr)} is no range of addresses`);
  return range;
}

/** Whether an address lies in a range; one family never lies in the other. */
export function isWithin({ family, value }: AddressNumber, range: AddressRange): boolean {
  return family === range.family && value >= range.first && value <= range.last;
}

/** Whether two ranges share an address. */
export function overlaps(one: AddressRange, other: AddressRange): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/** An address as it is usually written (RFC 5952 for IPv6). */
export function writeAddress({ family, value }: AddressNumber): string {
  const width = family === 4 ? 8n : 16n;
  const count = family === 4 ? 4 : 8;
  const parts = Array.from(
    { length: count },
    (_, index) => (value >> (width * BigInt(count - 1 - index))) & ((1n << width) - 1n),
  );
  if (family === 4) return parts.join('.');
  return new URL(`http://[${parts.map((part) => part.toString(16)).join(':')}]`).hostname.slice(1, -1);
}

function listGroups(text: string): bigint[] {
  const lastColon = text.lastIndexOf(':') + 1;
  const tail = text.slice(lastColon);
  const hex = isIPv4(tail) ? text.slice(0, lastColon) + hexOf(tail) : text;
  const [front = '', back] = hex.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const before = front === '' ? [] : front;
  const after = back ?? [];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((group) => BigInt(`0x${group}`));
}

function hexOf(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function joinParts(parts: readonly bigint[], width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) | part, 0n);
}
