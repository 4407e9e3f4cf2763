import { isIP } from 'node:net';

/**
 * Reads a network such as `10.0.0.0/8` or `2001:db8::/32`, or a single address.
 * @returns the network as `address/length`; undefined when it is none, or when it is everybody (`/0`)
 */
export function parseCidr(text: string): string | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return undefined;
  const most = family === 4 ? 32 : 128;
  if (length === undefined) return `${address}/${most}`;
  if (!/^[1-9]\d{0,2}$/.test(length) || Number(length) > most) return undefined;
  return text;
}
