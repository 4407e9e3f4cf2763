import { type AdObject, type AdStore, type AdValue, allGroupsOf, comparableDn, dnsOf } from './adStore.ts';
import { type BerElement, berLimits, readAll, readText } from './ber.ts';

/** What a filter is matched against: an entry's values, worked out ones included. */
export type AdView = { readonly object: AdObject; valuesOf(name: string): readonly AdValue[] };
export type AdMatch = (view: AdView) => boolean;

const bitAnd = '1.2.840.113556.1.4.803';
const bitOr = '1.2.840.113556.1.4.804';
const inChain = '1.2.840.113556.1.4.1941';

/** Reads a filter (RFC 4511, section 4.5.1.7). @throws Error when it is none, or too deep */
export function readFilter(element: BerElement, store: AdStore, depth: number = berLimits.depth): AdMatch {
  if (depth === 0) throw new Error('LDAP: a filter that is too deep');
  const inner = (parts: readonly BerElement[]): AdMatch[] => parts.map((part) => readFilter(part, store, depth - 1));
  if (element.tag === 0x87) return (view) => view.valuesOf(readText(element)).length > 0;
  const parts = readAll(element.content);
  switch (element.tag) {
    case 0xa0:
      return all(inner(parts));
    case 0xa1:
      return any(inner(parts));
    case 0xa2:
      return not(any(inner(parts)));
    case 0xa3:
    case 0xa8:
      return compare(parts, (value, wanted) => isSame(value, wanted));
    case 0xa4:
      return readSubstrings(parts);
    case 0xa5:
      return compare(parts, (value, wanted) => Number(value) >= Number(wanted));
    case 0xa6:
      return compare(parts, (value, wanted) => Number(value) <= Number(wanted));
    case 0xa9:
      return readExtensible(parts, store);
    default:
      throw new Error(`LDAP: no filter has the tag ${element.tag}`);
  }
}

const all =
  (filters: readonly AdMatch[]): AdMatch =>
  (view) =>
    filters.every((matches) => matches(view));
const any =
  (filters: readonly AdMatch[]): AdMatch =>
  (view) =>
    filters.some((matches) => matches(view));
const not =
  (filter: AdMatch): AdMatch =>
  (view) =>
    !filter(view);

function compare(parts: readonly BerElement[], test: (value: AdValue, wanted: Buffer) => boolean): AdMatch {
  const [name, wanted] = parts;
  if (name === undefined || wanted === undefined) throw new Error('LDAP: a comparison of nothing');
  return (view) => view.valuesOf(readText(name)).some((value) => test(value, wanted.content));
}

/** Octets by octet, text without regard to case. */
function isSame(value: AdValue, wanted: Uint8Array): boolean {
  if (typeof value !== 'string') return Buffer.from(value).equals(wanted);
  return value.toLowerCase() === Buffer.from(wanted).toString('utf8').toLowerCase();
}

function readSubstrings([name, pieces]: readonly BerElement[]): AdMatch {
  if (name === undefined || pieces === undefined) throw new Error('LDAP: a comparison of nothing');
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const wanted = readAll(pieces.content).map((piece) => {
    const text = literal(readText(piece));
    if (piece.tag === 0x80) return `^${text}`;
    return piece.tag === 0x82 ? `.*${text}$` : `.*${text}`;
  });
  const pattern = new RegExp(wanted.join(''), 'is');
  return (view) => view.valuesOf(readText(name)).some((value) => typeof value === 'string' && pattern.test(value));
}

function readExtensible(parts: readonly BerElement[], store: AdStore): AdMatch {
  const part = (tag: number): string => parts.find((each) => each.tag === tag)?.content.toString('utf8') ?? '';
  const [rule, name, wanted] = [part(0x81), part(0x82), part(0x83)];
  if (rule === inChain) return readChain(name, wanted, store);
  if (rule !== bitAnd && rule !== bitOr) throw new Error(`LDAP: no matching rule ${rule}`);
  const bits = Number(wanted);
  const test = (value: number): boolean => (rule === bitAnd ? (value & bits) === bits : (value & bits) !== 0);
  return (view) => view.valuesOf(name).some((value) => test(Number(value)));
}

/** `memberOf`: who is in that group, through others; `member`: the groups that somebody is in, through others. */
function readChain(name: string, wanted: string, store: AdStore): AdMatch {
  if (name.toLowerCase() === 'member') {
    const groups = allGroupsOf(store, wanted);
    return ({ object }) => groups.has(comparableDn(object.dn));
  }
  if (name.toLowerCase() === 'memberof') {
    return ({ object }) => allGroupsOf(store, object.dn).has(comparableDn(wanted));
  }
  return ({ object }) => dnsOf(object, name).includes(comparableDn(wanted));
}
