import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Config, type Environment, parseConfig } from '@gakumon/config';
import { type ExchangeSummary, openRecordsExchange, type RecordsExchange } from '@gakumon/stores';
import { GakumonError, isGakumonError } from '@gakumon/terms';
import type { OnProgress } from './makeBackup.ts';
import { type Manifest, recordsPath } from './manifest.ts';
import { isWithin } from './namedPaths.ts';
import { elsewhereFolder, listMisplaced, type Misplaced } from './places.ts';
import { openConfiguredExchange, readOctets } from './recordsFile.ts';
import { openStage } from './stage.ts';
import { unpackBackup } from './unpackBackup.ts';
import { makeWholeFile, telling } from './wholeFile.ts';

export type RestoreOptions = {
  /** The backup; absolute. */
  readonly file: string;
  /** Where to; absolute, missing or empty. */
  readonly folder: string;
  /** Whether files may be put outside of the folder, where the configuration names them. */
  readonly absolute: boolean;
  /** Whether the records may go into the PostgreSQL database that the configuration names, which must be empty. */
  readonly records: boolean;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
};

export type RestoreSummary = {
  /** The configuration; absolute. */
  readonly config: string;
  readonly backup: Pick<Manifest, 'gakumon' | 'createdAt' | 'variables'>;
  /** Files that the configuration looks for elsewhere, and whether they were put there. */
  readonly misplaced: readonly (Misplaced & { readonly isPlaced: boolean })[];
  /** `file`: where the records wait to be imported by hand. */
  readonly records: { readonly imported: ExchangeSummary } | { readonly file: string };
};

/**
 * Makes an installation again out of a backup. The whole of it is unpacked, verified and read as a configuration before
 * anything is where it belongs; on failure nothing is left behind.
 * @throws GakumonError `backup-invalid`, `file-exists`, `file-unreadable`, `config-invalid`; `records-not-empty`,
 *   `store-unavailable` and others of a PostgreSQL database, when the files are in place already
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreSummary> {
  const { file, folder, signal, onProgress = () => {} } = options;
  const stage = await openStage(folder);
  try {
    const packed = existsSync(file) ? (await stat(file)).size : 0;
    const onUnpacked = (octets: number): void => onProgress('unpacking', octets, packed);
    const manifest = await unpackBackup(file, stage.path, { signal, onProgress: onUnpacked });
    const tree = join(stage.path, 'files');
    const config = await readRestoredConfig(tree, join(folder, manifest.config), manifest.config);
    const misplaced = listMisplaced(manifest, config);
    if (options.absolute) requirePlaces(misplaced);
    const made = await importHere(config, stage.path, options);
    try {
      if (made === undefined) await moveInto(tree, recordsPath, join(stage.path, recordsPath));
      await moveInto(tree, elsewhereFolder, join(stage.path, 'outside'));
      await stage.finish(tree, manifest.config);
    } catch (error) {
      if (made !== undefined) await rm(made.database, { force: true });
      throw error;
    }
    if (options.absolute) await putInPlaces(folder, misplaced);
    const { gakumon, createdAt, variables } = manifest;
    return {
      config: config.file,
      backup: { gakumon, createdAt, variables },
      misplaced: misplaced.map((one) => ({ ...one, isPlaced: options.absolute })),
      records: made === undefined ? await importIntoDatabase(config, options) : { imported: made.imported },
    };
  } finally {
    await stage.clear();
  }
}

async function readRestoredConfig(tree: string, place: string, name: string): Promise<Config> {
  return parseConfig(await readFile(join(tree, name), 'utf8'), place);
}

/** Nothing of the backup may take the place of another part of it. */
async function moveInto(tree: string, name: string, from: string): Promise<void> {
  if (!existsSync(from)) return;
  const to = join(tree, name);
  if (existsSync(to)) throw new GakumonError('backup-invalid', { detail: `the backup holds a ${name} of its own` });
  await rename(from, to);
}

/**
 * Imports into the file of SQLite that the configuration names, where it may be made.
 * @returns what was imported into which file, which may be in the stage still; undefined: nothing was
 */
async function importHere({ stores, file }: Config, stage: string, options: RestoreOptions) {
  const { records } = stores;
  if (records.kind !== 'sqlite') return undefined;
  const importInto = async (database: string): Promise<ExchangeSummary> => {
    const exchange = await openRecordsExchange({ kind: 'sqlite', file: database });
    return importFrom(exchange, recordsPath, join(stage, recordsPath), options);
  };
  const folder = dirname(file);
  if (isWithin(folder, records.file)) {
    const staged = join(stage, 'files', relative(folder, records.file));
    if (existsSync(staged)) {
      throw new GakumonError('backup-invalid', { detail: `the backup holds ${records.file}, which the records make` });
    }
    return { imported: await importInto(staged), database: staged };
  }
  if (!options.absolute) return undefined;
  await telling(records.file, () => mkdir(dirname(records.file), { recursive: true, mode: 0o700 }));
  const imported = await makeWholeFile(records.file, false, (result) => importInto(result));
  return { imported, database: records.file };
}

/** @throws GakumonError when the files are in place already, which it says */
async function importIntoDatabase(config: Config, options: RestoreOptions) {
  const file = join(dirname(config.file), recordsPath);
  if (!options.records || config.stores.records.kind !== 'postgres') return { file };
  try {
    const exchange = await openConfiguredExchange(config, options.env);
    const imported = await importFrom(exchange, file, file, options);
    await rm(file);
    return { imported };
  } catch (error) {
    if (!isGakumonError(error) || error.code === 'interrupted') throw error;
    throw new GakumonError(error.code, {
      detail: `${error.detail}; the files are in place, and the records wait in ${file}`,
      hint: `${error.hint === undefined ? '' : `${error.hint}; `}then gakumon records import ${file} --config ${config.file}`,
      cause: error,
    });
  }
}

async function importFrom(
  exchange: RecordsExchange,
  name: string,
  file: string,
  { signal, onProgress = () => {} }: RestoreOptions,
): Promise<ExchangeSummary> {
  const { size } = await stat(file);
  const octets = readOctets(file, signal, (done) => onProgress('importing', done, size));
  return exchange.import(name, octets, false);
}

/** All of them, before any is written. */
function requirePlaces(misplaced: readonly Misplaced[]): void {
  const taken = misplaced.find(({ belongs }) => existsSync(belongs));
  if (taken === undefined) return;
  throw new GakumonError('file-exists', {
    detail: `${taken.belongs} is there already; nothing was changed`,
    hint: 'take it away, or restore without --absolute and put the files in place by hand',
  });
}

async function putInPlaces(folder: string, misplaced: readonly Misplaced[]): Promise<void> {
  for (const { at, belongs } of misplaced) {
    await telling(belongs, () => mkdir(dirname(belongs), { recursive: true, mode: 0o700 }));
    await makeWholeFile(belongs, false, (result) => copyFile(at, result));
  }
  await rm(join(folder, elsewhereFolder), { recursive: true, force: true });
}
