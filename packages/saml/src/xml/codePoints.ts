/**
 * Orders strings by code point, as Canonical XML does. JavaScript's own order is that of UTF-16 code units, which puts
 * everything beyond U+FFFF before U+E000; a locale's order is something else again.
 */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return weigh(a) - weigh(b);
  }
  return left.length - right.length;
}

/** Moves surrogates behind all other code units. */
function weigh(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
