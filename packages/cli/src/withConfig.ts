import type { LibraryRecords } from '@gakumon/assembly';
import { type Config, findConfigFile, loadConfig } from '@gakumon/config';
import type { MetadataLibrary, MetadataLibraryOptions } from '@gakumon/metadata';
import type { CliContext } from './context.ts';
import { withSealedRecords } from './withSealedRecords.ts';

/** The configuration that the command line means. */
export function readConfig(context: CliContext): Promise<Config> {
  return loadConfig(findConfigFile(context.configOption(), context.env, context.cwd), context.env);
}

/** Opens what the records hold of metadata for as long as `work` takes. Servers see what it writes within a second. */
export async function withMetadataRecords<T>(
  config: Config,
  context: CliContext,
  work: (records: LibraryRecords) => Promise<T>,
): Promise<T> {
  const { openMetadataRecords } = await import('@gakumon/assembly');
  return withSealedRecords(config, context, ({ sealed, keys, serviceProviderUses }) =>
    work({ ...openMetadataRecords(sealed, keys), uses: serviceProviderUses }),
  );
}

export type LibraryOptions = {
  /** Look only at what is stored: nothing is asked for, and nothing taken in. */
  readonly isStored?: boolean;
  readonly onProgress?: MetadataLibraryOptions['onProgress'];
};

/** Opens a library for as long as `work` takes; nothing is in it before its first refresh. */
export async function withLibrary<T>(
  config: Config,
  records: LibraryRecords | undefined,
  context: CliContext,
  work: (library: MetadataLibrary) => Promise<T> | T,
  onProgress?: LibraryOptions['onProgress'],
): Promise<T> {
  const { openLibrary } = await import('@gakumon/assembly');
  const library = openLibrary(config, records, context.clock, onProgress);
  try {
    return await work(library);
  } finally {
    await library.close();
  }
}

/**
 * Opens all metadata, from every source and what was loaded by hand, as it is stored; what was never stored is taken in
 * first. Oddities are told as warnings.
 */
export async function withMetadataLibrary<T>(
  context: CliContext,
  work: (library: MetadataLibrary, config: Config, records: LibraryRecords) => Promise<T> | T,
  { isStored, onProgress }: LibraryOptions = {},
): Promise<T> {
  const config = await readConfig(context);
  return withMetadataRecords(config, context, (records) =>
    withLibrary(
      config,
      records,
      context,
      async (library) => {
        if (isStored) await library.open();
        else await library.refresh({ wait: true, missing: true });
        for (const { source, entityId, message } of library.warnings()) {
          context.terminal.say('warning', [source, entityId, message].filter(Boolean).join(': '));
        }
        return work(library, config, records);
      },
      onProgress,
    ),
  );
}
