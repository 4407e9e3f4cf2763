import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Config, Environment } from '@gakumon/config';
import type { ExchangeSummary } from '@gakumon/stores';
import { copyCounted } from './copyFile.ts';
import { listInstallationFiles } from './installationFiles.ts';
import {
  type BackedUpFile,
  insideFolder,
  type Manifest,
  manifestPath,
  outsideFolder,
  recordsPath,
  writeManifest,
} from './manifest.ts';
import { isWithin, listNamed } from './namedPaths.ts';
import { exportToFile, openConfiguredExchange } from './recordsFile.ts';
import { makeWholeFile, telling } from './wholeFile.ts';

/** Is told how far a step has come: in rows when it exports, otherwise in octets. */
export type OnProgress = (step: 'exporting' | 'packing' | 'unpacking' | 'importing', done: number, of: number) => void;

export type BackupOptions = {
  readonly config: Config;
  readonly env: Environment;
  /** Absolute. */
  readonly file: string;
  /** Whether a file of this name may be replaced. */
  readonly force: boolean;
  /** The version of this program. */
  readonly gakumon: string;
  /** Milliseconds. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
};

export type BackupSummary = {
  readonly file: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly records: ExchangeSummary;
  /** What is not in it, in words for the operator. */
  readonly warnings: readonly string[];
};

/**
 * Puts everything that an installation is into one file: what the configuration names, and the records as one moment had
 * them. Servers may run meanwhile. It holds keys and salts as they are: whoever has it can be this IdP.
 * @throws GakumonError `file-exists`, `file-unreadable`, `records-missing`, `store-unavailable`
 */
export function makeBackup(options: BackupOptions): Promise<BackupSummary> {
  const { config, env, file, force, gakumon, now, signal, onProgress = () => {} } = options;
  return makeWholeFile(file, force, async (result, folder) => {
    const tree = join(folder, 'tree');
    // Before the keys: what was sealed under a key that was added since would be without it
    const exchange = await openConfiguredExchange(config, env);
    const onRows = (done: number, of: number): void => onProgress('exporting', done, of);
    const exportOptions = { gakumon, now, signal, onProgress: onRows };
    const exported = await exportToFile(exchange, join(tree, recordsPath), exportOptions);
    const { schema, rows, size, sha256 } = exported;
    const named = listNamed(config);
    const isOwn = (path: string): boolean => isDatabase(config, path) || path === file || isWithin(folder, path);
    const found = await listInstallationFiles(named.paths, isOwn);
    const files: BackedUpFile[] = [{ path: recordsPath, size, sha256, mode: 0o600 }];
    for (const original of found.files) {
      const path = archivePath(dirname(config.file), original);
      const copied = await telling(original, () => copyCounted(original, join(tree, path), signal));
      files.push({ path, original, ...copied });
    }
    const manifest: Manifest = {
      gakumon,
      createdAt: new Date(now).toISOString(),
      config: basename(config.file),
      named: named.paths,
      folders: found.folders.map((path) => archivePath(dirname(config.file), path)),
      variables: named.variables,
      files,
    };
    await writeFile(join(tree, manifestPath), writeManifest(manifest), { flag: 'wx', mode: 0o600 });
    // On first use: a server never packs anything
    const { writeArchive } = await import('./archive.ts');
    const whole = files.reduce((sum, one) => sum + one.size, 0);
    await writeArchive(result, tree, [manifestPath, ...files.map(({ path }) => path)], signal, (octets) =>
      onProgress('packing', octets, whole),
    );
    const warnings = [...found.warnings, ...warningsOf(config, manifest)];
    return { file, files: found.files, records: { schema, rows }, warnings };
  });
}

/** Where a file goes in the archive: below the configuration by its relative path, elsewhere by its whole. */
function archivePath(folder: string, original: string): string {
  const inside = isWithin(folder, original);
  const path = inside ? relative(folder, original) : original.replace(/^[/\\]+/, '').replaceAll(':', '');
  return (inside ? insideFolder : outsideFolder) + path.split(sep).join('/');
}

function isDatabase({ stores }: Config, path: string): boolean {
  const { records } = stores;
  return records.kind === 'sqlite' && ['', '-wal', '-shm', '-journal'].some((end) => path === records.file + end);
}

function warningsOf({ stores }: Config, { variables }: Manifest): string[] {
  const redis =
    stores.sessions.kind === 'redis'
      ? ['sessions in Redis are not in it: after a restore everybody logs in again']
      : [];
  return [
    ...variables.map((name) => `the environment variable ${name} is not in it: keep its value elsewhere`),
    ...redis,
  ];
}
