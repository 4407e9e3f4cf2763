import type { Directory } from '@gakumon/directory';
import type { Username } from '@gakumon/terms';

/**
 * Everybody whom the directories can list: the first directory that knows a name is the one whose person logs in.
 * @throws GakumonError `directory-unavailable`
 */
export async function* listPeople(
  directories: readonly Directory[],
): AsyncGenerator<{ readonly directory: Directory; readonly username: Username }, undefined> {
  const known = new Set<Username>();
  for (const directory of directories) {
    for await (const username of directory.listUsernames?.() ?? []) {
      if (known.has(username)) continue;
      known.add(username);
      yield { directory, username };
    }
  }
}
