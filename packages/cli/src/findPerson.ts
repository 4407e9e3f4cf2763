import type { Config } from '@gakumon/config';
import { createFileDirectory, type Directory } from '@gakumon/directory';
import type { Person, Username } from '@gakumon/terms';
import type { CliContext } from './context.ts';
import { withSealedRecords } from './withSealedRecords.ts';

/** Somebody, and the directory that knows them. */
export type FoundPerson = { readonly person: Person; readonly directory: Directory };

/**
 * Looks somebody up in what is in force on all nodes, or in its file where nothing is published.
 * @throws GakumonError `document-invalid`, `file-unreadable`, `store-unavailable` when a directory cannot be read
 */
export async function findPerson(
  config: Config,
  context: CliContext,
  username: Username,
): Promise<FoundPerson | undefined> {
  const { documentRecords, peoplePlan } = await import('@gakumon/assembly');
  const plans = config.directory.map((one) => ({ called: one.name, ...peoplePlan(config, one, () => {}) }));
  return withSealedRecords(config, context, async ({ sealed, keys }) => {
    const records = documentRecords(sealed, keys);
    for (const { called, name, file, read, parse } of plans) {
      const found = await records.find(name);
      const people = parse(found.kind === 'version' ? found.version.text : await read(file), file);
      const directory = createFileDirectory(called, () => people);
      const person = await directory.find(username);
      if (person !== undefined) return { person, directory };
    }
    return undefined;
  });
}
