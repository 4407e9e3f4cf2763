/** xs:boolean with its lexical forms `true`, `1`, `false`, `0`; anything else, and nothing, is undefined. */
export function parseBoolean(value: string | undefined): boolean | undefined {
  const word = value?.trim();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  return undefined;
}

/** xs:unsignedShort, the type of `index` (SAML Metadata 2.2.3); anything else, and nothing, is undefined. */
export function parseIndex(value: string | undefined): number | undefined {
  const digits = value?.trim() ?? '';
  if (!/^\+?\d{1,10}$/.test(digits)) return undefined;
  const index = Number(digits);
  return index <= 65_535 ? index : undefined;
}

/** xs:positiveInteger, as far as sizes in pixels and bits go; anything else, and nothing, is undefined. */
export function parseSize(value: string | undefined): number | undefined {
  const digits = value?.trim() ?? '';
  if (!/^\+?\d{1,6}$/.test(digits)) return undefined;
  return Number(digits) || undefined;
}
