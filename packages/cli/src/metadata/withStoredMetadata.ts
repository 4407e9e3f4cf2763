import type { LibraryRecords } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import type { MetadataLibrary, ServiceProviderUses } from '@gakumon/metadata';
import type { CliContext } from '../context.ts';
import { readConfig, withLibrary, withMetadataRecords } from '../withConfig.ts';
import { intakeProgress } from './intakeProgress.ts';

/** What a command about metadata stands on. */
export type StoredMetadata = {
  readonly config: Config;
  readonly library: MetadataLibrary;
  readonly records: LibraryRecords;
  readonly uses: Pick<ServiceProviderUses, 'listSince'>;
};

const nobody: Pick<ServiceProviderUses, 'listSince'> = { listSince: async () => [] };

/**
 * Opens the library with what is stored in it, for as long as `work` takes; nothing is asked of anybody before `work`
 * does. Progress of intakes is shown.
 */
export async function withStoredMetadata<T>(
  context: CliContext,
  work: (stored: StoredMetadata) => Promise<T>,
): Promise<T> {
  const config = await readConfig(context);
  const progress = intakeProgress(context.terminal);
  return withMetadataRecords(config, context, (records) =>
    withLibrary(
      config,
      records,
      context,
      async (library) => {
        await library.open();
        return work({ config, library, records, uses: records.uses ?? nobody }).finally(progress.end);
      },
      progress.show,
    ),
  );
}
