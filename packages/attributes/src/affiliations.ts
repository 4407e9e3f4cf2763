/** The vocabulary of GakuNin for eduPersonAffiliation and everything made of it. */
export const affiliations = ['faculty', 'staff', 'student', 'member'] as const;
export type Affiliation = (typeof affiliations)[number];

/** What eduPerson has beside them (2.2.1), and no service of GakuNin is told. */
export const otherAffiliations = ['employee', 'affiliate', 'alum', 'library-walk-in'] as const;

/** @param value in any case: eduPersonAffiliation is compared without regard to it */
export function findAffiliation(value: string): Affiliation | undefined {
  const lower = value.toLowerCase();
  return affiliations.find((affiliation) => affiliation === lower);
}

const alumni: ReadonlySet<string> = new Set(['alum', 'alumni', 'alumnus', 'alumna']);
const present: ReadonlySet<string> = new Set(['faculty', 'staff', 'student', 'employee']);

/**
 * Whether somebody has graduated, and is nothing else: the others are members of the university, alumni are not (eduPerson
 * 2.2.1), whatever a directory left standing.
 * @param told what is said of the person, in any case, with a scope or without
 */
export function isOnlyAlum(told: readonly string[]): boolean {
  const words = told.map((one) => one.split('@', 1)[0]?.trim().toLowerCase() ?? '');
  return words.some((word) => alumni.has(word)) && !words.some((word) => present.has(word));
}
