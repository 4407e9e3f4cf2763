import { findAttributeDefinition } from '@gakumon/attributes';
import type { Config, loadPeople } from '@gakumon/config';
import type { Finding } from './finding.ts';

type People = Awaited<ReturnType<typeof loadPeople>>;

/**
 * Names of attributes that nothing reads: mistyped, most of the time. They are no mistakes, since a directory may hold
 * more than is used; one line for each name.
 */
export function listUnknownAttributes(file: string, people: People, { identifiers }: Pick<Config, 'identifiers'>) {
  const read = new Set(['affiliation', ...identifiers.generators.map(({ source }) => source)]);
  const unknown = new Map<string, string>();
  for (const { username, attributes } of people) {
    for (const name of Object.keys(attributes)) {
      if (!read.has(name) && findAttributeDefinition(name) === undefined && !unknown.has(name)) {
        unknown.set(name, username);
      }
    }
  }
  return [...unknown].map(
    ([name, username]): Finding => ({
      level: 'warn',
      about: 'directory',
      message: `${file}: nothing reads the attribute ${JSON.stringify(name)} (of ${username}, for one)`,
      hint: 'names are those of the attribute dictionary, and affiliation; is it mistyped?',
    }),
  );
}
