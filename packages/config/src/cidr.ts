import { parseAddress, parseRange, writeAddress } from '@gakumon/mfa';

/**
 * Reads a network such as `10.0.0.0/8` or `2001:db8::/32`, or a single address.
 * @returns the network as `address/length`, bits behind the length and all; one of IPv4 in its `::ffff:` coat comes out of
 *   it. undefined when it is none, or when it is everybody (`/0`)
 */
export function parseCidr(text: string): string | undefined {
  const [written = '', length] = text.split('/');
  const [range, address] = [parseRange(text), parseAddress(written)];
  if (range === undefined || address === undefined || length?.startsWith('0')) return undefined;
  const most = address.family === 4 ? 32 : 128;
  const isCoated = address.family === 4 && written.includes(':');
  if (!isCoated) return length === undefined ? `${written}/${most}` : text;
  const prefix = length === undefined ? most : Number(length) - 96;
  return prefix === 0 ? undefined : `${writeAddress(address)}/${prefix}`;
}
