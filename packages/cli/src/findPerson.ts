import type { Config } from '@gakumon/config';
import type { PasswordHold } from '@gakumon/directory';
import type { Username } from '@gakumon/terms';
import type { CliContext } from './context.ts';
import { type FoundPerson, type OpenedPeople, withPeople } from './withPeople.ts';

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
  return found && keepPerson(found);
}

/** Somebody, and what their directory itself has against a password just now. */
export type HeldPerson = FoundPerson & { readonly hold: PasswordHold | undefined };

/** The same with what the directory counts. @throws as {@link findPerson} */
export async function findHeldPerson(
  config: Config,
  context: CliContext,
  username: Username,
): Promise<HeldPerson | undefined> {
  return withPeople(config, context, async ({ find }: OpenedPeople) => {
    const found = await find(username);
    return found && { ...keepPerson(found), hold: await found.directory.findHold?.(username) };
  });
}

function keepPerson({ person, directory }: FoundPerson): FoundPerson {
  const { username } = person;
  return { person, directory: { ...directory, find: async (name) => (name === username ? person : undefined) } };
}
