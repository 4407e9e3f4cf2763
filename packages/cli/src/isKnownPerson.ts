import type { Config } from '@gakumon/config';
import { GakumonError, isGakumonError, type Username } from '@gakumon/terms';
import type { CliContext } from './context.ts';
import { withSealedRecords } from './withSealedRecords.ts';

/**
 * Whether a directory knows this person: in what is in force on all nodes, or in its file where nothing is published.
 * @returns undefined when that cannot be told, since a directory cannot be read
 */
export async function isKnownPerson(
  config: Config,
  context: CliContext,
  username: Username,
): Promise<boolean | undefined> {
  const { documentRecords, peoplePlan } = await import('@gakumon/assembly');
  const plans = config.directory.map((directory) => peoplePlan(config, directory, () => {}));
  try {
    return await withSealedRecords(config, context, async ({ sealed, keys }) => {
      const records = documentRecords(sealed, keys);
      for (const { name, file, read, parse } of plans) {
        const found = await records.find(name);
        const text = found.kind === 'version' ? found.version.text : await read(file);
        if (parse(text, file).some((person) => person.username === username)) return true;
      }
      return false;
    });
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
