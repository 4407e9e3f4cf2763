import type { Config } from '@gakumon/config';
import type { Username } from '@gakumon/terms';
import type { CliContext } from './context.ts';
import { type FoundPerson, withPeople } from './withPeople.ts';

export type { FoundPerson } from './withPeople.ts';

/**
 * Looks somebody up as a login would. The directory that comes with the person is closed: it still tells of the person,
 * and of what stands beside them in a file.
 * @throws GakumonError `directory-unavailable`, `source-unavailable`, `document-invalid`, `file-unreadable`,
 *   `store-unavailable` when a directory cannot be read
 */
export async function findPerson(
  config: Config,
  context: CliContext,
  username: Username,
): Promise<FoundPerson | undefined> {
  const found = await withPeople(config, context, ({ find }) => find(username));
  if (found === undefined) return undefined;
  const { person, directory } = found;
  return { person, directory: { ...directory, find: async (name) => (name === username ? person : undefined) } };
}
