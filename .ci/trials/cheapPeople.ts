import { hashPassword } from '@gakumon/directory';

export const cheapPassword = 'gakumon-demo';

/** A `users.yaml` of people who all have the same password, hashed with the least work that there may be. */
export async function cheapPeople(usernames: readonly string[]): Promise<string> {
  const passwordHash = await hashPassword(cheapPassword, { logN: 10, r: 8, p: 1 });
  const attributes = { displayName: 'Hanako Yamada', jaDisplayName: '山田 花子', affiliation: ['student'] };
  // JSON is YAML.
  const people = usernames.map((username) => ({ username, passwordHash, groups: ['students'], attributes }));
  return JSON.stringify({ version: 1, people });
}
