import type { Config } from '@gakumon/config';
import { GakumonError, isGakumonError, type Username } from '@gakumon/terms';
import type { CliContext } from './context.ts';
import { findPerson } from './findPerson.ts';

/**
 * Whether a directory knows this person.
 * @returns undefined when that cannot be told, since a directory cannot be read
 */
export async function isKnownPerson(
  config: Config,
  context: CliContext,
  username: Username,
): Promise<boolean | undefined> {
  try {
    return (await findPerson(config, context, username)) !== undefined;
  } catch (error) {
    // Only advice: whoever must be signed out now is, whatever the directories look like.
    if (isGakumonError(error)) return undefined;
    throw error;
  }
}

/** What to say about a name that nobody has. Somebody who was removed may still have sessions. */
export function nobodyIsCalled(username: Username): GakumonError {
  return new GakumonError('person-not-found', { detail: `nobody is called ${username} in the directories` });
}
