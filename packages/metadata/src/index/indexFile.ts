import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { damaged } from './damaged.ts';
import type { EntityList } from './entityList.ts';
import type { MetadataIndex } from './metadataIndex.ts';
import { validateIndex } from './validateIndex.ts';

const fileName = 'index.json';
const sha256Of = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');
const opening = (sha256: string): string => `{"sha256":"${sha256}","index":`;
const closing = '}\n';
const openingLength = opening('0'.repeat(64)).length;

/** What goes into the file; its entities are JSON already. */
export type WrittenIndex = Omit<MetadataIndex, 'entities'> & { readonly entities: EntityList };

/** Writes the index of a directory, so that there is a whole one or none. */
export function writeIndexFile(directory: string, index: WrittenIndex): void {
  const unfinished = join(directory, `${fileName}.new`);
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    const hash = createHash('sha256');
    let at = openingLength;
    for (const octets of encodeParts(listParts(index))) {
      hash.update(octets);
      at += writeAt(descriptor, octets, at);
    }
    writeAt(descriptor, Buffer.from(closing), at);
    writeAt(descriptor, Buffer.from(opening(hash.digest('hex'))), 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, join(directory, fileName));
  syncDirectory(directory);
}

function* listParts({ version, facts, contexts, entities, warnings }: WrittenIndex): Iterable<string> {
  yield `{"version":${version},"facts":${JSON.stringify(facts)},"contexts":${JSON.stringify(contexts)},"entities":`;
  yield* entities.parts();
  yield `,"warnings":${JSON.stringify(warnings)}}`;
}

const together = 262_144;

function* encodeParts(parts: Iterable<string>): Iterable<Buffer> {
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length < together) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  yield Buffer.from(text, 'utf8');
}

/** @returns the octets written */
function writeAt(descriptor: number, octets: Buffer, position: number): number {
  let written = 0;
  while (written < octets.length) {
    written += writeSync(descriptor, octets, written, octets.length - written, position + written);
  }
  return written;
}

/** So that the names of the files outlast a power cut, too. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param size octets of the file that the index speaks of
 * @throws GakumonError `metadata-damaged` when it is not what was written, the error of the file system when it can't be read
 */
export function readIndexFile(directory: string, size: number): MetadataIndex {
  const octets = readFileSync(join(directory, fileName));
  const body = octets.subarray(openingLength, Math.max(openingLength, octets.length - closing.length));
  const written = octets.subarray(0, openingLength).toString('latin1');
  if (written !== opening(sha256Of(body)) || octets.subarray(-closing.length).toString('latin1') !== closing) {
    throw damaged(`${join(directory, fileName)} is not what was written`);
  }
  return validateIndex(JSON.parse(body.toString('utf8')), size);
}
