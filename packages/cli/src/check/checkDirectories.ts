import type { Config } from '@gakumon/config';
import { compileMatch } from '@gakumon/directory';
import { isGakumonError, seconds, type Username } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { progressBar } from '../progress.ts';
import { type OpenedPeople, withPeopleOf } from '../withPeople.ts';
import { type SealedAccess, withSealedRecords } from '../withSealedRecords.ts';
import { attempt } from './attempt.ts';
import { checkGuests } from './checkGuests.ts';
import { type DoublesFound, findDoubles } from './findDoubles.ts';
import type { Finding } from './finding.ts';

/** How long doubles are looked for, milliseconds. */
const patience = seconds(60);
/** So many are named. */
const mostNamed = 10;

/**
 * The directories beside one another: nobody stands in two of them, everybody can be reached, and somebody answers for each
 * guest. Only for records that were found well: it opens them.
 */
export async function checkDirectories(config: Config, context: CliContext): Promise<readonly Finding[]> {
  const { readPeopleInForce } = await import('@gakumon/assembly');
  return attempt('directory', () =>
    withSealedRecords(config, context, async (records) => {
      const documents = await readPeopleInForce(config, records);
      const unreached = config.directory.flatMap(({ name, match }) => {
        const people = attemptTo(documents.get(name));
        return match === undefined ? [] : listUnreached(name, match, people?.map(({ username }) => username) ?? []);
      });
      const found = await withPeopleOf(config, context, { records, documents }, async (people) => [
        ...(await checkDoubles(config, context, people)),
        ...(await checkGuests(context, people, records)),
      ]);
      return [...unreached, ...found, ...(await checkMatchOfGuests(config, records))];
    }),
  );
}

/** What is wrong with a file is told where it is looked at. */
function attemptTo<T>(work: (() => T) | undefined): T | undefined {
  try {
    return work?.();
  } catch (error) {
    if (isGakumonError(error)) return undefined;
    throw error;
  }
}

async function checkMatchOfGuests({ directory }: Config, { sealed, keys }: SealedAccess): Promise<readonly Finding[]> {
  const guests = directory.find(({ kind }) => kind === 'guests');
  if (guests?.match === undefined) return [];
  const { createSealedGuests } = await import('@gakumon/assembly');
  const names = (await createSealedGuests(sealed, keys).list()).map(({ username }) => username);
  return listUnreached(guests.name, guests.match, names);
}

function listUnreached(name: string, match: readonly string[], usernames: readonly string[]): Finding[] {
  const fits = compileMatch(match);
  const unreached = usernames.filter((username) => !fits(username as Username));
  if (unreached.length === 0) return [];
  const message = `${name}: nobody asks it about ${tellNames(unreached)}: its match is ${match.join(', ')}`;
  return [{ level: 'warn', about: 'directory', message, hint: 'add a pattern to match, or take the names away' }];
}

async function checkDoubles(
  config: Config,
  { terminal }: CliContext,
  { directories }: OpenedPeople,
): Promise<readonly Finding[]> {
  if (directories.length < 2) return [];
  const near = new Set(config.directory.flatMap(({ name, kind }) => (kind === 'ldap' ? [] : [name])));
  const bar = progressBar(terminal, 'names');
  try {
    const found = await findDoubles(directories, {
      isNear: ({ name }) => near.has(name),
      onProgress: (names) => bar.show(names, names),
      signal: AbortSignal.timeout(patience),
    });
    return tellDoubles(found);
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    const message = `whether two directories know one name cannot be told: ${error.detail ?? error.code}`;
    return [{ level: 'warn', about: 'directory', message }];
  } finally {
    bar.end();
  }
}

function tellDoubles({ doubles, unfinished }: DoublesFound): readonly Finding[] {
  const groups = Map.groupBy(doubles, ({ directories }) => directories.join(' and '));
  const hint = 'one login name is one person: match on each directory keeps them apart';
  return [
    ...[...groups].map(([directories, all]): Finding => {
      const names = tellNames(all.map(({ username }) => username));
      const [first = ''] = all[0]?.directories ?? [];
      return {
        level: 'fail',
        about: 'directory',
        message: `${directories} both know ${names}: only ${first} is asked`,
        hint,
      };
    }),
    ...unfinished.map((name): Finding => {
      const message = `${name}: not all of its names could be held against those of the other directories`;
      return { level: 'warn', about: 'directory', message };
    }),
  ];
}

function tellNames(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(', ');
  return names.length > mostNamed ? `${shown} and ${count(names.length - mostNamed, 'other')}` : shown;
}
