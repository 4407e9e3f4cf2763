import type { Directory } from '@gakumon/directory';
import type { Username } from '@gakumon/terms';

/** A login name that several directories know, in the order in which they are asked. */
export type Double = { readonly username: Username; readonly directories: readonly string[] };

/** What was found, and what nobody looked at. */
export type DoublesFound = {
  readonly doubles: readonly Double[];
  /** Directories that were not gone through to their end. */
  readonly unfinished: readonly string[];
};

export type DoublesOptions = {
  /** Whether it costs nothing to list a directory: a file, or records of our own. */
  readonly isNear: (directory: Directory) => boolean;
  /** How many names are looked up one by one, before a server is asked for all that it has. */
  readonly mostLookUps?: number;
  /** How many names of one server are looked at. */
  readonly mostListed?: number;
  readonly onProgress?: (names: number) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
};

/**
 * Looks for login names that two directories know: only the first of them is ever asked about such a person.
 * @throws GakumonError `directory-unavailable`
 */
export async function findDoubles(
  directories: readonly Directory[],
  { isNear, mostLookUps = 1000, mostListed = 200_000, onProgress = () => {}, signal }: DoublesOptions,
): Promise<DoublesFound> {
  const known = new Map<Username, Set<string>>();
  const unfinished: string[] = [];
  let seen = 0;
  const note = (username: Username, { name }: Directory): void => {
    const of = known.get(username) ?? new Set();
    known.set(username, of.add(name));
    seen += 1;
    if (seen % 500 === 0) onProgress(seen);
  };
  for (const directory of directories.filter(isNear)) {
    for await (const username of directory.listUsernames?.() ?? []) note(username, directory);
  }
  const far = directories.filter((one) => !isNear(one));
  const canLookUp = far.length === 1 && known.size <= mostLookUps;
  for (const directory of far) {
    const names = canLookUp ? knownBy(directory, [...known.keys()]) : directory.listUsernames?.();
    if (names === undefined || (await take(names, (username) => note(username, directory), mostListed, signal))) {
      unfinished.push(directory.name);
    }
  }
  const order = directories.map(({ name }) => name);
  const doubles = [...known].flatMap(([username, of]) =>
    of.size < 2 ? [] : [{ username, directories: order.filter((name) => of.has(name)) }],
  );
  return { doubles, unfinished };
}

async function* knownBy(directory: Directory, usernames: readonly Username[]): AsyncIterable<Username> {
  for (const username of usernames) if ((await directory.find(username)) !== undefined) yield username;
}

/** @returns whether it was left before its end */
async function take(
  names: AsyncIterable<Username>,
  note: (username: Username) => void,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let taken = 0;
  for await (const username of names) {
    if (taken >= limit || signal?.aborted) return true;
    note(username);
    taken += 1;
  }
  return false;
}
