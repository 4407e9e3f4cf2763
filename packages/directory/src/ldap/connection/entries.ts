import type { LdapEntry } from '../types.ts';
import { LdapTrouble } from './ldapTrouble.ts';

/** An entry as ldapts gives it when all values are octets. */
export type OctetEntry = { readonly dn: string; readonly [name: string]: unknown };

/** Letters of all values of one entry: many people are kept in memory at once. */
const largestEntry = 1024 * 1024;

/**
 * Makes an entry of what came. Values that should be text and are no UTF-8 are left out: nobody could say what they mean.
 * @param binary names of attributes whose values are octets, in lower case
 * @throws LdapTrouble when it is larger than any may be
 */
export function toLdapEntry(entry: OctetEntry, binary: ReadonlySet<string>): LdapEntry {
  const values = new Map<string, readonly string[]>();
  const spellings = new Map<string, string>();
  const unreadable = new Set<string>();
  let size = 0;
  for (const [name, raw] of Object.entries(entry)) {
    if (name === 'dn') continue;
    const id = name.toLowerCase();
    const octets = (Array.isArray(raw) ? raw : [raw]).filter((value) => Buffer.isBuffer(value));
    const isBinary = binary.has(id) || binary.has(id.replace(/;binary$/, ''));
    const read = octets.flatMap((value) => (isBinary ? [value.toString('base64')] : decodeText(value)));
    if (read.length < octets.length) unreadable.add(id);
    if (read.length === 0) continue;
    size += read.reduce((sum, value) => sum + value.length, 0);
    if (size > largestEntry) throw new LdapTrouble('request', `${entry.dn} is larger than ${largestEntry} letters`);
    values.set(id, read);
    if (id !== name) spellings.set(id, name);
  }
  return { dn: entry.dn, values, spellings, unreadable };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeText(octets: Buffer): string[] {
  try {
    return [utf8.decode(octets)];
  } catch {
    return [];
  }
}
