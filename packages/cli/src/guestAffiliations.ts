import { affiliations, otherAffiliations } from '@gakumon/attributes';
import { GakumonError, nearestName, type Person } from '@gakumon/terms';
import { refuseUsage } from './failure.ts';

const words: readonly string[] = [...affiliations, ...otherAffiliations];
/** Who employs whom: they may answer for others. */
const staff: ReadonlySet<string> = new Set(['faculty', 'staff', 'employee']);
/** Services take them for people of the university. */
const members: ReadonlySet<string> = new Set<string>(affiliations);

/** @returns the word as it is written. Exits as for a wrong command line where there is no such affiliation. */
export function readAffiliation(typed: string): string {
  const word = typed.trim().toLowerCase();
  if (words.includes(word)) return word;
  const meant = nearestName(word, words);
  const perhaps = meant === undefined ? '' : `; did you mean ${meant}?`;
  refuseUsage(`--affiliation ${JSON.stringify(typed)}: one of ${words.join(', ')}${perhaps}`);
}

/** Those that make a guest one of the members of the university. */
export const listMemberships = (told: readonly string[]): readonly string[] => told.filter((one) => members.has(one));

/**
 * Students and alumni answer for nobody, as far as that can be told: where a directory tells other words, or none, anybody may.
 * @throws GakumonError `guest-refused`
 */
export function requireStaff({ username, attributes }: Person): void {
  const told = [...(attributes.affiliation ?? []), ...(attributes.eduPersonAffiliation ?? [])];
  const known = told.map((one) => one.split('@', 1)[0]?.trim().toLowerCase() ?? '');
  if (known.length === 0 || known.some((one) => staff.has(one) || !words.includes(one))) return;
  throw new GakumonError('guest-refused', {
    detail: `${username} is ${known.join(', ')}, and staff or faculty answer for guests`,
    hint: '--any-sponsor lets anybody answer for a guest',
  });
}
