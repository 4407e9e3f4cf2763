import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { damaged } from './damaged.ts';
import type { MetadataIndex } from './metadataIndex.ts';
import { validateIndex } from './validateIndex.ts';

const fileName = 'index.json';
const sha256Of = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');
const opening = (sha256: string): string => `{"sha256":"${sha256}","index":`;
const closing = '}\n';
const openingLength = opening('0'.repeat(64)).length;

/** Writes the index of a directory, so that there is a whole one or none. */
export function writeIndexFile(directory: string, index: MetadataIndex): void {
  const body = Buffer.from(JSON.stringify(index), 'utf8');
  const octets = Buffer.concat([Buffer.from(opening(sha256Of(body))), body, Buffer.from(closing)]);
  const unfinished = join(directory, `${fileName}.new`);
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    let written = 0;
    while (written < octets.length) written += writeSync(descriptor, octets, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, join(directory, fileName));
  syncDirectory(directory);
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
