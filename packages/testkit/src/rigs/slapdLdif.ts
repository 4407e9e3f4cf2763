/** One entry: attributes by name, options included; octets come as Uint8Array. */
export type LdifEntry = {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, LdifValue | readonly LdifValue[]>>;
};
export type LdifValue = string | number | Uint8Array;

/** One change of an entry that is there; undefined takes the attribute away. */
export type LdifChange = {
  readonly dn: string;
  readonly replace: Readonly<Record<string, LdifValue | readonly LdifValue[] | undefined>>;
};

/** Writes entries as LDIF (RFC 2849); everything but plain ASCII goes as base64. */
export function writeLdif(entries: readonly LdifEntry[]): string {
  return entries.map(({ dn, attributes }) => record([['dn', dn], ...pairsOf(attributes)])).join('\n');
}

/** Writes changes as LDIF (RFC 2849, `changetype: modify`). */
export function writeLdifChanges(changes: readonly LdifChange[]): string {
  return changes
    .map(({ dn, replace }) => {
      const parts = Object.entries(replace).map(
        ([name, values]) => `replace: ${name}\n${record(pairsOf(values === undefined ? {} : { [name]: values }))}-\n`,
      );
      return `${record([
        ['dn', dn],
        ['changetype', 'modify'],
      ])}${parts.join('')}`;
    })
    .join('\n');
}

const record = (pairs: readonly (readonly [string, LdifValue])[]): string =>
  pairs.map(([name, value]) => `${writeLine(name, value)}\n`).join('');

function pairsOf(attributes: LdifEntry['attributes']): (readonly [string, LdifValue])[] {
  return Object.entries(attributes).flatMap(([name, values]) => {
    const all = Array.isArray(values) ? (values as readonly LdifValue[]) : [values as LdifValue];
    return all.map((value) => [name, value] as const);
  });
}

function writeLine(name: string, value: LdifValue): string {
  const plain = typeof value !== 'object' && /^(?![ :<])[\x20-\x7e]*(?<! )$/.test(String(value));
  if (plain) return `${name}: ${value}`;
  const octets = typeof value === 'object' ? Buffer.from(value) : Buffer.from(String(value), 'utf8');
  return `${name}:: ${octets.toString('base64')}`;
}
