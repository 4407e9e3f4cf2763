import { listUnknownAttributes } from '@gakumon/assembly';
import type { AttributeRecipes } from '@gakumon/attributes';
import type { Config, loadPeople } from '@gakumon/config';
import type { Finding } from './finding.ts';

/** A warning for each name of an attribute that nothing reads, attributes.yaml included. */
export function warnOfUnknownAttributes(
  file: string,
  people: Awaited<ReturnType<typeof loadPeople>>,
  config: Pick<Config, 'identifiers'> & Partial<Pick<Config, 'sources'>>,
  recipes?: AttributeRecipes,
): readonly Finding[] {
  return listUnknownAttributes(people, config, recipes).map(({ name, username }) => ({
    level: 'warn',
    about: 'directory',
    message: `${file}: nothing reads the attribute ${JSON.stringify(name)} (of ${username}, for one)`,
    hint: 'names are those of the attribute dictionary, and affiliation; is it mistyped?',
  }));
}
