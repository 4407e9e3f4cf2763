import { type DocumentReport, listFileDirectories } from '@gakumon/assembly';
import type { AttributeRecipes } from '@gakumon/attributes';
import { type Config, type FileDirectoryConfig, loadPeople, parsePeople } from '@gakumon/config';
import { count } from '../count.ts';
import { attempt } from './attempt.ts';
import type { PersonOfCheck, PolicyGround } from './checkPolicy.ts';
import type { Finding } from './finding.ts';
import { loadInForce } from './loadInForce.ts';
import { warnOfUnknownAttributes } from './unknownAttributes.ts';

/** What is known of people, and what was found amiss. */
export type CheckedPeople = Pick<PolicyGround, 'people' | 'groups'> & { readonly findings: readonly Finding[] };

/** The people of every directory: whether they can be read, and who they are as far as they can be listed. */
export async function checkPeople(
  config: Config,
  reports: readonly DocumentReport[],
  recipes: AttributeRecipes,
  now: number,
): Promise<CheckedPeople> {
  const groups = new Set<string>();
  const people = new Map<string, PersonOfCheck>();
  const files = listFileDirectories(config);
  const findings = await Promise.all(
    files.map((one) => checkFile(one, config, reports, { groups, people, recipes, now })),
  );
  return {
    findings: findings.flat(),
    people: [...people.values()],
    // Where a directory can't list its people, any group may be one of theirs
    groups: files.length === config.directory.length ? groups : { has: () => true },
  };
}

type Gathered = {
  readonly groups: Set<string>;
  readonly people: Map<string, PersonOfCheck>;
  readonly recipes: AttributeRecipes;
  readonly now: number;
};

function checkFile(
  { name, file }: FileDirectoryConfig,
  config: Config,
  reports: readonly DocumentReport[],
  gathered: Gathered,
): Promise<readonly Finding[]> {
  return attempt('directory', async () => {
    const people = await loadInForce(reports, file, loadPeople, parsePeople);
    gather(people, gathered);
    if (people.length > 0) {
      const message = `${name}: ${count(people.length, 'person', 'people')}`;
      return [
        { level: 'ok', about: 'directory', message },
        ...warnOfUnknownAttributes(file, people, config, gathered.recipes),
        ...warnOfExpired(name, people, gathered.now),
      ];
    }
    const hint = 'gakumon user hash makes a passwordHash for an entry';
    return [{ level: 'warn', about: 'directory', message: `${name}: nobody is in ${file}`, hint }];
  });
}

function warnOfExpired(name: string, people: Awaited<ReturnType<typeof loadPeople>>, now: number): Finding[] {
  const over = people.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now).length;
  if (over === 0) return [];
  const message = `${name}: the accounts of ${count(over, 'person', 'people')} have expired`;
  return [
    {
      level: 'warn',
      about: 'directory',
      message,
      hint: 'expires: in the file; take them away when nobody misses them',
    },
  ];
}

function gather(found: Awaited<ReturnType<typeof loadPeople>>, { groups, people }: Gathered): void {
  for (const group of found.flatMap((person) => person.groups)) groups.add(group);
  for (const { username, groups: own, attributes, totpSecret, isDisabled } of found) {
    if (isDisabled || people.has(username)) continue;
    people.set(username, { username, groups: own, attributes, hasTotp: totpSecret !== undefined });
  }
}
