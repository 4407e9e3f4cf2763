import { type Config, findConfigFile, loadConfig } from '@gakumon/config';
import type { MetadataLibrary, MetadataRecords } from '@gakumon/metadata';
import type { CliContext } from './context.ts';
import { withSealedRecords } from './withSealedRecords.ts';

/** The configuration that the command line means. */
export function readConfig(context: CliContext): Promise<Config> {
  return loadConfig(findConfigFile(context.configOption(), context.env, context.cwd), context.env);
}

/** Opens the records of hand-loaded metadata for as long as `work` takes. Servers see what it writes within a second. */
export async function withMetadataRecords<T>(
  config: Config,
  context: CliContext,
  work: (records: MetadataRecords) => Promise<T>,
): Promise<T> {
  const { sealedMetadata } = await import('@gakumon/assembly');
  return withSealedRecords(config, context, ({ sealed, keys }) => work(sealedMetadata(sealed, keys)));
}

/** Reads all metadata, from every source and what was loaded by hand; oddities are told as warnings. */
export async function withMetadataLibrary<T>(
  context: CliContext,
  work: (library: MetadataLibrary, config: Config) => Promise<T> | T,
): Promise<T> {
  const config = await readConfig(context);
  const { openLibrary } = await import('@gakumon/assembly');
  return withMetadataRecords(config, context, async (records) => {
    const library = openLibrary(config, records, context.clock);
    await library.refresh();
    for (const { source, entityId, message } of library.warnings()) {
      context.terminal.say('warning', [source, entityId, message].filter(Boolean).join(': '));
    }
    return work(library, config);
  });
}
