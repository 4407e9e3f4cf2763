import { endsSessions, isGakumonError, type Person } from '@gakumon/terms';
import type { AttributeSource, Directory } from '../ports.ts';
import { sourceAway } from '../sources/refusal.ts';
import type { SourceSettings } from '../sources/settings.ts';
import { join } from '../sources/takeValues.ts';
import { within } from '../sources/within.ts';

/** A source, and when and how it is asked. */
export type UsedSource = Pick<SourceSettings, 'name' | 'key' | 'directories' | 'whenAway' | 'timeout'> & {
  readonly source: AttributeSource;
};

type Attributes = Person['attributes'];
type Said = { readonly name: string; readonly attributes: Attributes | undefined; readonly isAway: boolean };

/**
 * A directory whose people have what sources know of them as well. The sources are asked at once, with what the directory
 * says of the person; before a password is accepted (`lookUp`), they are not. Of one attribute the directory's values come
 * first, then the sources' in their order, each value once; nothing else of a person is a source's to tell. Whom no session
 * is good for, nobody is asked about.
 *
 * `find` and `verifyPassword` throw GakumonError `source-unavailable` when a source is away that must not be missing. A
 * changed password is always told: that source then stands in `sourcesAway` too, and the next `find` throws.
 * @param isExhaustive for `find`: everybody is asked about, closed or not, and every source that is away is told of in
 *   `sourcesAway`. For those who need to know all that ever named somebody; never for a login
 */
export function withSources(
  directory: Directory,
  sources: readonly UsedSource[],
  { isExhaustive = false }: { readonly isExhaustive?: boolean | undefined } = {},
): Directory {
  const used = sources.filter(({ directories }) => directories === undefined || directories.includes(directory.name));
  if (used.length === 0) return directory;
  const { changePassword, lookUp = async (username) => (await directory.find(username))?.username } = directory;
  return {
    ...directory,
    lookUp,
    async find(username, version) {
      const person = await directory.find(username, version);
      if (person === undefined) return undefined;
      return isExhaustive ? askAll(person, used, refuseNever) : enrich(person, used, refuseWithout);
    },
    async verifyPassword(username, password, options) {
      const verdict = await directory.verifyPassword(username, password, options);
      if (verdict.kind !== 'accepted') return verdict;
      return { ...verdict, person: await enrich(verdict.person, used, refuseWithout) };
    },
    ...(changePassword && {
      async changePassword(username, passwords) {
        const change = await changePassword(username, passwords);
        if (change.kind !== 'changed') return change;
        return { ...change, person: await enrich(change.person, used, refuseNever) };
      },
    }),
  } satisfies Directory;
}

type Refuses = (source: UsedSource) => boolean;
const refuseWithout: Refuses = ({ whenAway }) => whenAway === 'refuse';
const refuseNever: Refuses = () => false;

const enrich = async (person: Person, sources: readonly UsedSource[], refuses: Refuses): Promise<Person> =>
  endsSessions(person.account.closed) ? person : askAll(person, sources, refuses);

async function askAll(person: Person, sources: readonly UsedSource[], refuses: Refuses): Promise<Person> {
  const said = await Promise.all(sources.map((source) => ask(source, person, refuses(source))));
  const away = said.filter(({ isAway }) => isAway).map(({ name }) => name);
  return {
    ...person,
    attributes: said.reduce((all, { attributes }) => merge(all, attributes), person.attributes),
    ...(away.length === 0 ? {} : { sourcesAway: join(person.sourcesAway, away) }),
  };
}

async function ask(used: UsedSource, person: Person, mustAnswer: boolean): Promise<Said> {
  const { name, source, timeout } = used;
  const key = used.key === 'username' ? person.username : person.attributes[used.key]?.[0];
  if (key === undefined || key === '') return { name, attributes: undefined, isAway: false };
  try {
    // A source keeps to its time by itself; one that does not holds nobody up.
    const late = () => sourceAway(name, `no answer within ${timeout} ms`);
    const attributes = await within(source.find(key), timeout + 100, late);
    return { name, attributes, isAway: false };
  } catch (error) {
    if (mustAnswer || !isGakumonError(error) || error.code !== 'source-unavailable') throw error;
    return { name, attributes: undefined, isAway: true };
  }
}

function merge(all: Attributes, more: Attributes | undefined): Attributes {
  if (more === undefined) return all;
  const merged = new Map(Object.entries(all));
  for (const [id, values] of Object.entries(more)) merged.set(id, join(merged.get(id), values));
  return Object.fromEntries(merged);
}
