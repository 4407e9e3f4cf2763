import { createHash } from 'node:crypto';
import type { LdapSettings } from '../settings.ts';
import type { LdapEntry } from '../types.ts';

/**
 * Differs whenever the password does, and leads back to nothing: of the first attribute of the settings that the entry has.
 * @returns undefined: it has none of them
 */
export function passwordVersionOf(entry: LdapEntry, settings: LdapSettings): string | undefined {
  for (const name of settings.passwordVersion) {
    const values = entry.values.get(name.toLowerCase());
    if (values !== undefined && values.length > 0) return digestOf([name.toLowerCase(), ...values.toSorted()]);
  }
  return undefined;
}

/** Of the attribute too, since two of them may hold the same time; and of a hash of the password nothing is told. */
function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 12);
}
