/** The first RDN of a DN, as it is written (RFC 4514). */
export function firstRdn(dn: string): string {
  return /^(?:[^\\,;]|\\.)*/s.exec(dn)?.[0] ?? '';
}

/** The attribute and the value of an RDN; of several, those of the first. Undefined: it is written as octets, or not at all. */
export function readRdn(rdn: string): { readonly type: string; readonly value: string } | undefined {
  const [, type, written] = /^\s*([a-zA-Z0-9.-]+)\s*=\s*((?:[^\\+]|\\.)*)/s.exec(rdn) ?? [];
  if (type === undefined || written === undefined || written.startsWith('#')) return undefined;
  const kept = written.replace(/(?<!\\)(\\\\)*\s+$/, '$1');
  return { type, value: unescapeValue(kept) };
}

/** Escaped octets stand for UTF-8, several of them for one letter. */
function unescapeValue(value: string): string {
  return value.replace(/(?:\\[0-9a-fA-F]{2})+|\\(.)/gs, (escaped, letter: string | undefined) =>
    letter === undefined ? Buffer.from(escaped.replaceAll('\\', ''), 'hex').toString('utf8') : letter,
  );
}

/** Whether an entry stands below another one; by their text without regard to case and to spaces beside commas. */
export function isBelow(dn: string, base: string): boolean {
  const [lower, upper] = [rdnsOf(dn), rdnsOf(base)];
  return lower.length > upper.length && upper.every((rdn, index) => rdn === lower[lower.length - upper.length + index]);
}

/** Whether two DNs name the same entry; compared as by `isBelow`. */
export function isSameDn(one: string, other: string): boolean {
  return rdnsOf(one).join() === rdnsOf(other).join();
}

function rdnsOf(dn: string): readonly string[] {
  const rdns: string[] = [];
  for (let rest = dn; rest !== ''; ) {
    const rdn = firstRdn(rest);
    rdns.push(
      rdn
        .trim()
        .replace(/\s*=\s*/, '=')
        .toLowerCase(),
    );
    rest = rest.slice(rdn.length + 1);
  }
  return rdns;
}
