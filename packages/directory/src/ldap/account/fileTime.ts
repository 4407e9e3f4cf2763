/** Milliseconds from 1601-01-01, where AD's clock begins, to 1970-01-01. */
const between1601And1970 = 11_644_473_600_000n;
const never = 0x7fff_ffff_ffff_ffffn;
const ticksInMillisecond = 10_000n;
/** What a Date can hold; a FILETIME reaches further. */
const lastInstant = 8_640_000_000_000_000n;

/**
 * Reads one of AD's large integers (MS-DTYP 2.3.3: 100 ns since 1601).
 * @returns milliseconds since 1970; `never` for 0 and the greatest value, as `accountExpires` means both; undefined: it is none
 */
export function parseFileTime(text: string): number | 'never' | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  // Beyond 2^53: a number would be some other instant
  const ticks = BigInt(text);
  if (ticks === 0n || ticks === never) return 'never';
  const milliseconds = ticks / ticksInMillisecond - between1601And1970;
  return ticks > never || milliseconds > lastInstant ? undefined : Number(milliseconds);
}

/** The FILETIME of an instant. */
export function writeFileTime(milliseconds: number): string {
  return String((BigInt(milliseconds) + between1601And1970) * ticksInMillisecond);
}
