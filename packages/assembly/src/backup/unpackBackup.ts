import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '@gakumon/files';
import { GakumonError, isGakumonError, quoteUntrusted } from '@gakumon/terms';
import type { ArchivedFile } from './archive.ts';
import { type Counted, writeCounted } from './copyFile.ts';
import { mostFiles } from './installationFiles.ts';
import { insideFolder, type Manifest, manifestPath, readManifest, recordsPath } from './manifest.ts';
import { telling } from './wholeFile.ts';

/** Octets; twenty thousand files with long names. */
const longestManifest = 33_554_432;
/** The system's refusals of a name, rather than of the disk. */
const nameTroubles: ReadonlySet<unknown> = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL']);

export type UnpackOptions = {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (octets: number) => void;
};

/**
 * Unpacks a backup into an empty folder that nobody else can enter, and verifies every file of it against its manifest.
 * Whatever it holds, nothing is written elsewhere: paths are judged before they are used.
 * @throws GakumonError `backup-invalid`, `file-unreadable`, what `signal` was aborted with
 */
export async function unpackBackup(file: string, folder: string, options: UnpackOptions): Promise<Manifest> {
  const refuse = (what: string): never => {
    throw new GakumonError('backup-invalid', { detail: `${file} ${what}` });
  };
  const found = new Map<string, Counted>();
  const take = async ({ path, octets }: ArchivedFile): Promise<void> => {
    requireOwnPath(path, refuse);
    if (found.size > mostFiles + 2) refuse('holds too many files');
    try {
      found.set(path, await writeCounted(octets, join(folder, path), 0o600, options.signal));
    } catch (error) {
      if (isGakumonError(error) || !nameTroubles.has((error as NodeJS.ErrnoException).code)) throw error;
      refuse(`holds ${quoteUntrusted(path)} twice, or what no folder can hold`);
    }
  };
  const { readArchive } = await import('./archive.ts');
  await telling(folder, () => readArchive(file, take, { first: manifestPath, ...options }));
  const text = await readRegularFile(join(folder, manifestPath), longestManifest);
  const manifest = readManifest(text.toString('utf8'), refuse);
  verifyFiles(manifest, found, refuse);
  for (const { path, mode } of manifest.files) await chmod(join(folder, path), (mode & 0o755) | 0o400);
  for (const path of manifest.folders) {
    requireOwnPath(`${path}/x`, refuse);
    await telling(path, () => mkdir(join(folder, path), { recursive: true, mode: 0o700 }));
  }
  return manifest;
}

/** A relative path that stays where it is put, in one of the folders of a backup. */
function requireOwnPath(path: string, refuse: (what: string) => never): void {
  const isOurs = path === manifestPath || path === recordsPath || /^(?:files|outside)\//.test(path);
  const parts = path.split(/[/\\]/);
  const isPlain = !path.includes('\0') && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isOurs || !isPlain) refuse(`holds ${quoteUntrusted(path)}, which has no place in a backup`);
}

function verifyFiles(
  { files, config }: Manifest,
  found: ReadonlyMap<string, Counted>,
  refuse: (what: string) => never,
): void {
  const listed = new Map(files.map((one) => [one.path, one]));
  for (const path of [recordsPath, insideFolder + config]) {
    if (!listed.has(path)) refuse(`lacks ${quoteUntrusted(path)}`);
  }
  for (const { path, size, sha256 } of files) {
    const there = found.get(path) ?? refuse(`lacks ${quoteUntrusted(path)}, which its manifest lists`);
    if (there.size !== size || there.sha256 !== sha256) {
      refuse(`holds another ${quoteUntrusted(path)} than its manifest lists`);
    }
  }
  const stranger = [...found.keys()].find((path) => path !== manifestPath && !listed.has(path));
  if (stranger !== undefined) refuse(`holds ${quoteUntrusted(stranger)}, which its manifest does not list`);
}
