/** The vocabulary of GakuNin for eduPersonAffiliation and everything made of it. */
export const affiliations = ['faculty', 'staff', 'student', 'member'] as const;
export type Affiliation = (typeof affiliations)[number];

/** @param value in any case: eduPersonAffiliation is compared without regard to it */
export function findAffiliation(value: string): Affiliation | undefined {
  const lower = value.toLowerCase();
  return affiliations.find((affiliation) => affiliation === lower);
}
