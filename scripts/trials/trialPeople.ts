import { hashPassword } from '@gakumon/directory';

/** Somebody with an account; nobody else has this password. */
export type TrialPerson = { readonly username: string; readonly password: string; readonly principalName: string };

export const scope = 'example.ac.jp';

/** The least work that a password hash may be: a trial is about what happens after it. */
const cheap = { logN: 10, r: 8, p: 1 };

export const makePeople = (count: number): readonly TrialPerson[] =>
  Array.from({ length: count }, (_, index) => {
    const username = `s${1_000_001 + index}`;
    return { username, password: `password of ${username}`, principalName: `${username}@${scope}` };
  });

/** A `users.yaml` of them. */
export async function writePeople(people: readonly TrialPerson[]): Promise<string> {
  const entries = people.map(async ({ username, password }) => ({
    username,
    passwordHash: await hashPassword(password, cheap),
    attributes: { affiliation: ['student'] },
  }));
  // JSON is YAML.
  return JSON.stringify({ version: 1, people: await Promise.all(entries) });
}
