import type { Directory } from '@gakumon/directory';
import type { Person } from '@gakumon/terms';

/** What belongs to a person, by their login name and the directory that they were of. */
export type Bound = { readonly directory?: string | undefined };

/**
 * What of a login name is this person's: a name that an earlier directory takes up later, or that was given anew in
 * another one, means somebody else there. Where something is of another one's person, what tells no directory (the release
 * before wrote it) may be theirs too. A directory that is configured no longer had another name, so it keeps nobody apart. Pure.
 */
export function ofPerson<T extends Bound>(
  things: readonly T[],
  { directory: own }: Pick<Person, 'directory'>,
  directories: readonly Pick<Directory, 'name'>[],
): readonly T[] {
  const others = directories.map(({ name }) => name).filter((name) => name !== own);
  const isForeign = ({ directory }: Bound): boolean => directory !== undefined && others.includes(directory);
  if (!things.some(isForeign)) return things;
  return things.filter((thing) => thing.directory !== undefined && !isForeign(thing));
}
