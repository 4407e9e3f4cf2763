import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, GakumonError } from '@gakumon/terms';
import { type AcceptedMetadata, acceptMetadata } from '../trust/acceptMetadata.ts';
import { readCertificateFile, readMetadataFile } from './readFiles.ts';
import { type DocumentState, failDocument, refreshDocument, type SourceReader } from './sourceReader.ts';

/** A file, or a directory whose *.xml files are read in the order of their names. Paths are absolute. */
export type FileSource = {
  readonly name: string;
  readonly from: { readonly file: string } | { readonly directory: string };
  /** PEM files of the pinned signers; empty only with `unsigned`. */
  readonly certificates: readonly string[];
  readonly unsigned: boolean;
  /** How far validUntil may lie ahead, milliseconds. */
  readonly maxValidity?: number | undefined;
};

/**
 * Makes the reader of a file or a directory. A file is read again when its time, size or place on the disk, or that of
 * a signer's certificate, changes. A file that goes from a directory goes from the index; a single file that is missing
 * is a mishap, and what it said stays in force.
 */
export function createFileSource(source: FileSource, clock: Clock): SourceReader {
  let documents: ReadonlyMap<string, DocumentState> = new Map();
  let listing: string | undefined;

  async function refresh(): Promise<void> {
    const paths = await listPaths(source).catch((error: unknown) => {
      listing = `${source.name}: ${messageOf(error)}`;
      return undefined;
    });
    if (paths === undefined) return;
    listing = undefined;
    const next = new Map<string, DocumentState>();
    for (const path of paths) next.set(path, await refreshFile(source, path, documents.get(path), clock));
    documents = next;
  }

  return {
    refresh,
    states: () => {
      const all = [...documents.values()];
      const problems = [listing, ...all.map(({ problem }) => problem)].filter((problem) => problem !== undefined);
      return [
        {
          name: source.name,
          serviceProviders: all.flatMap(({ serviceProviders }) => serviceProviders),
          warnings: all.flatMap(({ warnings }) => warnings),
          problem: problems.length === 0 ? undefined : problems.join('; '),
        },
      ];
    },
  };
}

async function listPaths({ from }: FileSource): Promise<readonly string[]> {
  if ('file' in from) return [from.file];
  const names = await readdir(from.directory);
  const wanted = names.filter((name) => /^[^.].*\.xml$/i.test(name)).sort();
  return wanted.map((name) => join(from.directory, name));
}

async function refreshFile(
  source: FileSource,
  path: string,
  previous: DocumentState | undefined,
  clock: Clock,
): Promise<DocumentState> {
  let stamp: string;
  try {
    // Before it is read: if it changes meanwhile, the next stamp differs and it is read once more.
    stamp = (await Promise.all([path, ...source.certificates].map(stampOf))).join(' ');
  } catch (error) {
    return failDocument(previous, '', messageOf(error));
  }
  return refreshDocument(previous, stamp, path, () => readSource(source, path, clock));
}

async function readSource(source: FileSource, path: string, clock: Clock): Promise<AcceptedMetadata> {
  const certificates = await Promise.all(source.certificates.map(readCertificateFile));
  return acceptMetadata(await readMetadataFile(path), source.name, { ...source, certificates }, clock());
}

async function stampOf(path: string): Promise<string> {
  const { mtimeNs, size, ino } = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw new GakumonError('file-unreadable', { detail: messageOf(cause), cause });
  });
  return `${mtimeNs}:${size}:${ino}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
