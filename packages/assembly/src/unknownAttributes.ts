import { findAttributeDefinition } from '@gakumon/attributes';
import type { Config, loadPeople } from '@gakumon/config';

type People = Awaited<ReturnType<typeof loadPeople>>;

/**
 * Names of attributes that nothing reads: mistyped, most of the time. They are no mistakes, since a directory may hold
 * more than is used.
 * @returns each name once, with the first person who has it
 */
export function listUnknownAttributes(
  people: People,
  { identifiers }: Pick<Config, 'identifiers'>,
): readonly { readonly name: string; readonly username: string }[] {
  const read = new Set(['affiliation', ...identifiers.generators.map(({ source }) => source)]);
  const unknown = new Map<string, string>();
  for (const { username, attributes } of people) {
    for (const name of Object.keys(attributes)) {
      const isRead = read.has(name) || findAttributeDefinition(name) !== undefined;
      if (!isRead && !unknown.has(name)) unknown.set(name, username);
    }
  }
  return [...unknown].map(([name, username]) => ({ name, username }));
}
